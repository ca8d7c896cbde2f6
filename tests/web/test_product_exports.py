"""Products as a file: what the page shows, for the members of its workspace."""

import csv
import io
import json
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from core.bootstrap import Services
from core.domain.accounts import Actor, Role
from core.domain.products import ProductDraft
from db.engine import build_engine
from tests.support.imports import imported
from tests.support.people import PASSWORD
from tests.support.roles import as_role

CHAIR = ProductDraft("Oak chair", "OAK-CHAIR-1", category="Stühle", tags=("oak",))
LAMP = ProductDraft("=1+1", "LAMP-1", category="Lamps")


@pytest.fixture
def ids(services: Services, actor: Actor) -> tuple[int, int]:
    """Give Ann's workspace a chair and a lamp, and the test their numbers."""
    chair = services.products.create(actor, CHAIR)
    return chair.id, services.products.create(actor, LAMP).id


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def skus(browser: TestClient, query: str = "") -> list[str]:
    return [row["sku"] for row in rows(browser.get("/exports/products.csv" + query).content)]


class TestProducts:
    def test_sends_all_as_the_page_lists_them(
        self, signed_in: TestClient, ids: tuple[int, int]
    ) -> None:
        del ids

        assert skus(signed_in) == ["LAMP-1", "OAK-CHAIR-1"]
        assert skus(signed_in, "?sort=sku") == ["LAMP-1", "OAK-CHAIR-1"]
        assert skus(signed_in, "?sort=name") == ["LAMP-1", "OAK-CHAIR-1"]
        assert skus(signed_in, "?sort=nonsense") == ["LAMP-1", "OAK-CHAIR-1"]

    def test_sends_what_the_same_query_lists(
        self, signed_in: TestClient, ids: tuple[int, int]
    ) -> None:
        del ids

        assert skus(signed_in, "?text=chair") == ["OAK-CHAIR-1"]
        assert skus(signed_in, "?tag=oak") == ["OAK-CHAIR-1"]
        assert skus(signed_in, "?text=nothing") == []

    def test_sends_the_chosen_ones_in_their_order(
        self, signed_in: TestClient, ids: tuple[int, int]
    ) -> None:
        chair, lamp = ids

        assert skus(signed_in, f"?ids={lamp}") == ["LAMP-1"]
        assert skus(signed_in, f"?ids={chair},{lamp},{chair}") == ["OAK-CHAIR-1", "LAMP-1"]

    def test_sends_a_collection_under_its_name(
        self, signed_in: TestClient, services: Services, actor: Actor, ids: tuple[int, int]
    ) -> None:
        made = services.collections.create(actor, "Stühle & mehr / 2026")
        services.collections.add_products(actor, made.id, ids[:1])

        response = signed_in.get(f"/exports/products.csv?collection={made.id}")

        assert [row["sku"] for row in rows(response.content)] == ["OAK-CHAIR-1"]
        name = response.headers["content-disposition"]
        assert name.startswith('attachment; filename="st_hle-mehr-2026-20')
        assert "filename*=UTF-8''st%C3%BChle-mehr-2026-20" in name

    def test_marks_formulas_in_tables_only(
        self, signed_in: TestClient, ids: tuple[int, int]
    ) -> None:
        address = f"/exports/products.FORMAT?ids={ids[1]}"

        [in_csv] = rows(signed_in.get(address.replace("FORMAT", "csv")).content)
        [in_json] = json.loads(signed_in.get(address.replace("FORMAT", "json")).content)
        book = openpyxl.load_workbook(
            io.BytesIO(signed_in.get(address.replace("FORMAT", "xlsx")).content)
        )

        assert in_csv["name"] == "'=1+1"
        assert in_json["name"] == "=1+1"
        assert (book.worksheets[0]["B2"].value, book.worksheets[0]["B2"].data_type) == (
            "'=1+1",
            "s",
        )

    @pytest.mark.parametrize(
        ("file_format", "media_type"),
        [
            ("csv", "text/csv; charset=utf-8"),
            ("json", "application/json"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ],
    )
    def test_is_a_file_with_a_telling_name_that_nobody_keeps(
        self, signed_in: TestClient, file_format: str, media_type: str
    ) -> None:
        response = signed_in.get(f"/exports/products.{file_format}")

        assert response.status_code == 200
        assert response.headers["content-type"] == media_type
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].endswith("sandbox")
        name = response.headers["content-disposition"]
        assert name.startswith('attachment; filename="products-20')
        assert f".{file_format}" in name

    def test_tells_about_the_file_without_sending_it(self, signed_in: TestClient) -> None:
        response = signed_in.head("/exports/products.xlsx")

        assert (response.status_code, response.content) == (200, b"")

    @pytest.mark.slow
    def test_sends_a_long_list_whole(
        self, signed_in: TestClient, services: Services, actor: Actor
    ) -> None:
        with services.parts.database.begin() as work:
            for number in range(1201):
                draft = replace(CHAIR, sku=f"OAK-{number}")
                work.products.add(actor.workspace_id, draft, work.now())

        assert len(set(skus(signed_in))) == 1201


class TestImportLines:
    TABLE = b"sku,name,price\nOAK-1,Oak chair,249\nOAK-2,=1+1,cheap\n"

    @pytest.fixture
    def address(self, services: Services, actor: Actor) -> str:
        item = imported(services, actor, self.TABLE, "Stühle 2026.csv")
        return f"/exports/import-lines.csv?import={item.id}"

    def test_holds_each_line_with_its_reason(self, signed_in: TestClient, address: str) -> None:
        every = rows(signed_in.get(address).content)
        refused = rows(signed_in.get(f"{address}&outcome=refuse").content)

        assert {row["sku"] for row in every} == {"OAK-1", "OAK-2"}
        assert [(row["line"], row["sku"]) for row in refused] == [("3", "OAK-2")]
        assert "cheap" in refused[0]["reason"]

    def test_is_a_file_with_a_telling_name(self, signed_in: TestClient, address: str) -> None:
        response = signed_in.get(f"{address}&outcome=refuse")

        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert "st%C3%BChle-2026-refuse.csv" in response.headers["content-disposition"]

    @pytest.mark.parametrize("more", ["&outcome=x", "&outcome=REFUSE", "0", "x"])
    def test_knows_no_other_lines(self, signed_in: TestClient, address: str, more: str) -> None:
        assert signed_in.get(address + more).status_code == 404

    def test_knows_no_import_of_another_workspace(
        self, anonymous: TestClient, address: str, other_actor: Actor
    ) -> None:
        anonymous.post("/login", data={"email": other_actor.email, "password": PASSWORD})

        response = anonymous.get(address)

        assert (response.status_code, response.text) == (404, "Not found.")


class TestRefusals:
    @pytest.mark.parametrize(
        "ids", ["", "x", "1,", "-1", "1;2", "1.5", "0", "१", "1%00", "9" * 40, "1,2,=1+1"]
    )
    def test_say_how_products_are_named(self, signed_in: TestClient, ids: str) -> None:
        response = signed_in.get(f"/exports/products.csv?ids={ids}")

        assert response.status_code == 400
        assert "ids=1,2,3" in response.text
        assert response.headers["cache-control"] == "no-store"

    def test_are_for_more_than_five_hundred_at_a_time(self, signed_in: TestClient) -> None:
        many = ",".join(map(str, range(1, 502)))

        response = signed_in.get(f"/exports/products.csv?ids={many}")

        assert (response.status_code, "at most 500" in response.text) == (400, True)

    @pytest.mark.parametrize("file_format", ["pdf", "exe", "csv.exe", "CSV", "csv%00"])
    def test_know_no_other_kind_of_file(self, signed_in: TestClient, file_format: str) -> None:
        assert signed_in.get(f"/exports/products.{file_format}").status_code == 404

    def test_leave_out_what_another_workspace_has(
        self, anonymous: TestClient, ids: tuple[int, int], other_actor: Actor
    ) -> None:
        anonymous.post("/login", data={"email": other_actor.email, "password": PASSWORD})

        assert skus(anonymous) == []
        assert skus(anonymous, f"?ids={ids[0]}") == []

    def test_know_no_collection_of_another_workspace(
        self,
        anonymous: TestClient,
        services: Services,
        actor: Actor,
        other_actor: Actor,
    ) -> None:
        made = services.collections.create(actor, "Chairs")
        anonymous.post("/login", data={"email": other_actor.email, "password": PASSWORD})

        response = anonymous.get(f"/exports/products.csv?collection={made.id}")

        assert (response.status_code, response.text) == (404, "Not found.")

    def test_are_not_for_those_who_only_look(
        self, signed_in: TestClient, services: Services, actor: Actor, ids: tuple[int, int]
    ) -> None:
        as_role(services, actor, Role.VIEWER)

        assert skus(signed_in, f"?ids={ids[0]}") == ["OAK-CHAIR-1"]

    @pytest.mark.parametrize("name", ["products.csv", "products.xlsx", "import-lines.csv?import=1"])
    def test_are_for_whoever_is_not_signed_in(self, anonymous: TestClient, name: str) -> None:
        response = anonymous.get(f"/exports/{name}")

        assert response.status_code == 401
        assert response.headers["cache-control"] == "no-store"

    def test_begin_with_the_sign_out(self, signed_in: TestClient) -> None:
        signed_in.post("/auth/sign-out")

        assert signed_in.get("/exports/products.csv").status_code == 401

    def test_say_that_the_catalogue_is_away_without_details(
        self, signed_in: TestClient, services: Services
    ) -> None:
        engine = build_engine(services.parts.settings.sqlalchemy_url)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE products RENAME TO gone"))
        engine.dispose()

        response = signed_in.get("/exports/products.csv")

        assert response.status_code == 503
        assert response.text == "The file cannot be made now. Please try again."
