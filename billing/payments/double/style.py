"""How the pages that Stripe hosts look; they stand alone, as Stripe's do."""

STYLE = """
:root{color-scheme:light dark;--ink:#1d2433;--quiet:#5a6478;--ground:#f5f6f8;--card:#fff;--line:#d5dae3;
  --do:#1f4fbf;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e9ecf3;--quiet:#a9b2c5;--ground:#12161f;--card:#1b212d;
  --line:#364057;--do:#8fb2ff;--on:#10141d}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:0 auto;padding:1.5rem 1rem 3rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1.25rem;margin:1rem 0}
h1{font-size:1.25rem;margin:.25rem 0}
.sum{font-size:2rem;font-weight:600;margin:.25rem 0}
.quiet{color:var(--quiet)}
label{display:block;font-weight:600;margin:.75rem 0 .25rem}
input,select{width:100%;font:inherit;padding:.6rem;border:1px solid var(--quiet);border-radius:.375rem;
  background:var(--card);color:inherit}
button{font:inherit;font-weight:600;padding:.75rem 1rem;border-radius:.375rem;border:1px solid var(--do);
  background:var(--do);color:var(--on);width:100%;margin-top:1rem;cursor:pointer}
button.plain{background:none;color:var(--do)}
a{color:var(--do)}
table{width:100%;border-collapse:collapse}
td,th{text-align:left;padding:.35rem 0;border-bottom:1px solid var(--line)}
td:last-child,th:last-child{text-align:right}
.bad{border-left:4px solid #c0392b;padding-left:.75rem}
.mark{font-size:.875rem;border:1px dashed var(--quiet);border-radius:.375rem;padding:.4rem .6rem}
:focus-visible{outline:3px solid var(--do);outline-offset:2px}
"""
