/* Shows what becomes of the rows after every choice; without this script a button does it.
   The words of the outcome are replaced only when another column was chosen, so that focus stays where it is. */
"use strict";
(() => {
  const form = document.getElementById("mapping");
  if (!form) return;
  let latest = 0;

  const show = async (changed) => {
    const turn = ++latest;
    const data = new FormData(form);
    data.set("show", "1");
    try {
      const response = await fetch(location.href, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!response.ok || turn !== latest) return;
      const parts = changed === "outcome" ? ["meanings", "result"] : ["result"];
      for (const name of parts) {
        const part = fresh.querySelector(`[data-part="${name}"]`);
        if (part) form.querySelector(`[data-part="${name}"]`).replaceChildren(...part.childNodes);
      }
      const words = fresh.querySelector("input[name=words_of]");
      if (words && changed === "outcome") form.querySelector("input[name=words_of]").value = words.value;
    } catch (error) {
      /* The button below shows the same. */
    }
  };

  form.addEventListener("change", (event) => show(event.target.name));
})();
