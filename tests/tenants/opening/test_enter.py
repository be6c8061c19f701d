"""From the public site to the sign-in of one's own town hall."""


def test_the_public_menu_leads_to_the_sign_in_of_a_town_hall_by_name_or_address(caldes, arrecife, client):
    assert 'href="/open-account/sign-in/"' in client.get("/", headers={"host": "localhost"}).content.decode()
    for text in ("caldes", "CALDES de montbui"):
        page = client.get("/open-account/sign-in/", {"text": text}, headers={"host": "localhost"}).content.decode()
        assert "//caldes.localhost/account/login/" in page, text
        assert "//arrecife.localhost" not in page


def test_a_town_hall_without_an_account_is_told_so(caldes, client):
    page = client.get("/open-account/sign-in/", {"text": "Nowhere <b>"}, headers={"host": "localhost"}).content.decode()
    assert "Nowhere &lt;b&gt;" in page and 'href="/open-account/"' in page
    assert (
        "account/login"
        not in client.get("/open-account/sign-in/", {"text": "c"}, headers={"host": "localhost"}).content.decode()
    )
