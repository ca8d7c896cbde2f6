"""Photos that belong to products by their names, or come from addresses."""

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bootstrap import Services, task_handlers_on
from core.domain.accounts import Actor
from core.domain.imports import Import, ImportKind, ImportStatus, LineOutcome, LineSubject
from core.domain.products import PhotoUpload, Product, ProductDraft
from core.errors import ImageRejectedError, InvalidInputError
from core.remote.fetcher import Fetcher, FetchRules
from core.services import import_archives
from core.services.import_archives import PhotoArchive, possible_skus, sku_in
from core.services.import_tasks import ImportParts, import_handlers
from core.services.tasks import TaskHandler
from tests.images import photo_bytes
from tests.support.importing import checked, csv_bytes, lines_of, run_tasks
from tests.support.tls_server import HOST, TlsServer, plain, tls_server

A, B, C = photo_bytes(64, 64), photo_bytes(80, 64), photo_bytes(96, 64)


def zip_of(files: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def made(services: Services, actor: Actor, *skus: str) -> dict[str, Product]:
    return {sku: services.products.create(actor, ProductDraft(f"P {sku}", sku)) for sku in skus}


def photo_import(services: Services, actor: Actor, data: bytes, *, runs: bool = True) -> Import:
    begun = services.imports.begin(actor, "photos.zip", data, kind=ImportKind.PHOTOS)
    services.imports.check(actor, begun.id)
    run_tasks(services)
    if runs:
        services.imports.run(actor, begun.id)
        run_tasks(services)
    return services.imports.get(actor, begun.id)


def with_zip64(data: bytes, *, count: int) -> bytes:
    """Return a small ZIP file with the record that large ones have, as streams write it."""
    files, end = data[:-22], data[-22:]
    size, offset = struct.unpack_from("<LL", end, 12)
    record = struct.pack(
        "<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset
    )
    return files + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, len(files), 1) + end


def damaged(kind: str) -> bytes:
    """Return two photos in a ZIP file, the first one damaged."""
    is_packed = kind == "lzma"
    data = bytearray(
        zip_of(
            {"A-1.jpg": A, "B-2.jpg": B},
            compression=zipfile.ZIP_LZMA if is_packed else zipfile.ZIP_STORED,
        )
    )
    if is_packed:
        begin = data.find(b"A-1.jpg") + 16
        data[begin : begin + 40] = b"\xff" * 40
    elif kind == "utf-8":
        # The local header says that its name is UTF-8, which it is not.
        data[6:8], data[30:33] = struct.pack("<H", 0x800), b"\xff\xfe\xff"
    else:
        for at in (8, data.find(b"PK\x01\x02") + 10):
            data[at : at + 2] = struct.pack("<H", 97)
    return bytes(data)


SKUS = {
    key: (sku, number)
    for number, sku in enumerate(("A", "A-1", "A-1_x", "Bär", "sofa"))
    for key in (sku, sku.casefold())
}


class TestMatch:
    @pytest.mark.parametrize(
        ("name", "sku"),
        [
            ("A-1.jpg", "A-1"), ("A-1_2.png", "A-1"), ("A-1-front.webp", "A-1"),
            ("a-1 (3).JPG", "A-1"), ("A-12.jpg", "A"), ("A.jpg", "A"), ("A-1_x_2.jpg", "A-1_x"),
            ("A-1/1.jpg", "A-1"), ("photos/A-1/front/2.jpg", "A-1"), ("SOFA_1.jpg", "sofa"),
            ("bär.2.jpg", "Bär"), ("x/A\\A-1.jpg", "A-1"), ("AB.jpg", None), ("1.jpg", None),
            ("A1.jpg", None),
        ],
    )  # fmt: skip
    def test_takes_the_longest_sku_at_the_beginning(self, name: str, sku: str | None) -> None:
        found = sku_in(name, SKUS)

        assert (found and found[0]) == sku

    def test_asks_only_for_the_skus_that_names_could_mean(self) -> None:
        assert possible_skus(["X/Bär_2 (3).jpg"]) == {
            "Bär_2 (3)", "Bär_2 (3", "Bär_2", "Bär", "X",
            "bär_2 (3)", "bär_2 (3", "bär_2", "bär", "x",
        }  # fmt: skip


class TestZip:
    def test_brings_photos_to_their_products_in_the_order_of_their_names(
        self, services: Services, actor: Actor
    ) -> None:
        products = made(services, actor, "A-1", "B-2")

        done = photo_import(
            services, actor, zip_of({"A-1_10.jpg": C, "A-1_2.jpg": B, "A-1.jpg": A, "B-2/x.jpg": A})
        )

        assert done.status is ImportStatus.DONE
        assert done.counts.photos_added == 4
        photos = services.products.get(actor, products["A-1"].id).photos
        assert [photo.width_px for photo in photos] == [64, 80, 96]
        assert len(services.products.get(actor, products["B-2"].id).photos) == 1

    def test_tells_what_belongs_to_nothing_and_what_is_no_photo(
        self, services: Services, actor: Actor
    ) -> None:
        made(services, actor, "A-1")

        done = photo_import(
            services,
            actor,
            zip_of(
                {
                    "A-1.jpg": A,
                    "X.jpg": A,
                    "A-1.txt": b"x",
                    "A-1_2.jpg": b"<html>",
                    "A-1.zip": b"PK",
                }
            ),
        )

        told = {
            line.source: line.reason
            for line in lines_of(services, actor, done.id, LineOutcome.REFUSE)
        }
        assert "No product" in told["X.jpg"]
        assert "JPEG, PNG or WebP" in told["A-1.txt"]
        assert "JPEG, PNG or WebP" in told["A-1.zip"]
        assert "not a picture" in told["A-1_2.jpg"] or told["A-1_2.jpg"].endswith(".")
        assert done.counts.photos_added == 1

    def test_skips_what_the_product_has(self, services: Services, actor: Actor) -> None:
        made(services, actor, "A-1")
        data = zip_of({"A-1.jpg": A, "A-1_2.jpg": B})
        photo_import(services, actor, data)

        again = photo_import(services, actor, data, runs=False)

        assert (again.counts.photos, again.counts.skip) == (0, 2)

    def test_takes_the_same_bytes_once(self, services: Services, actor: Actor) -> None:
        [product] = made(services, actor, "A-1").values()

        photo_import(services, actor, zip_of({"A-1.jpg": A, "A-1_2.jpg": A}))

        assert len(services.products.get(actor, product.id).photos) == 1

    def test_takes_no_more_than_a_product_can_have(self, services: Services, actor: Actor) -> None:
        [product] = made(services, actor, "A-1").values()
        files = {f"A-1_{n}.jpg": photo_bytes(64 + n, 64) for n in range(22)}

        done = photo_import(services, actor, zip_of(files))

        assert (done.counts.photos_added, done.counts.photos_refused) == (20, 2)
        assert len(services.products.get(actor, product.id).photos) == 20

    def test_is_undone_whole(self, services: Services, actor: Actor) -> None:
        [product] = made(services, actor, "A-1").values()
        services.products.add_photos(actor, product.id, [PhotoUpload("mine.jpg", C)])
        done = photo_import(services, actor, zip_of({"A-1.jpg": A, "A-1_2.jpg": B}))

        services.imports.undo(actor, done.id)
        run_tasks(services)

        undone = services.imports.get(actor, done.id)
        assert (undone.status, undone.counts.photos_removed) == (ImportStatus.UNDONE, 2)
        [photo] = services.products.get(actor, product.id).photos
        assert photo.width_px == 96

    def test_may_be_many_files(self, services: Services, actor: Actor) -> None:
        [product] = made(services, actor, "A-1").values()

        begun = services.imports.begin_photos(
            actor, [PhotoUpload("A-1.jpg", A), PhotoUpload("A-1.jpg", B)]
        )
        services.imports.check(actor, begun.id)
        run_tasks(services)
        services.imports.run(actor, begun.id)
        run_tasks(services)

        assert len(services.products.get(actor, product.id).photos) == 2


class TestHostileZip:
    def test_refuses_a_picture_that_unpacks_to_too_much(self) -> None:
        archive = PhotoArchive(io.BytesIO(zip_of({"A.jpg": b"\0" * 30_000_000})))

        [member] = archive.members()

        assert "larger than 20 MB" in member.problem

    def test_reads_no_further_than_a_photo_may_be_large(self) -> None:
        lying = bytearray(zip_of({"A.jpg": b"\0" * 30_000_000}))
        for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
            at = lying.find(mark)
            struct.pack_into("<L", lying, at + offset, 1000)
        archive = PhotoArchive(io.BytesIO(bytes(lying)))
        assert [member.problem for member in archive.members()] == [""]

        with pytest.raises(ImageRejectedError):
            archive.read("A.jpg")

    def test_refuses_files_that_share_bytes(self) -> None:
        data = zip_of({"A.jpg": A, "B.jpg": A}, compression=zipfile.ZIP_STORED)
        first = data.find(b"PK\x01\x02")
        second = data.find(b"PK\x01\x02", first + 4)
        overlapping = bytearray(data)
        struct.pack_into("<L", overlapping, second + 42, 0)

        with pytest.raises(InvalidInputError, match="overlap"):
            PhotoArchive(io.BytesIO(bytes(overlapping)))

    def test_refuses_more_files_than_anybody_has(self) -> None:
        data = zip_of({f"{n}.jpg": b"" for n in range(10_001)}, compression=zipfile.ZIP_STORED)

        with pytest.raises(InvalidInputError, match="at most 10,000"):
            PhotoArchive(io.BytesIO(data))

    def test_believes_a_zip64_directory_where_there_is_one(self) -> None:
        data = with_zip64(zip_of({"A.jpg": A}), count=1)

        assert [member.name for member in PhotoArchive(io.BytesIO(data)).members()] == ["A.jpg"]
        with pytest.raises(InvalidInputError, match="at most 10,000"):
            PhotoArchive(io.BytesIO(with_zip64(zip_of({"A.jpg": A}), count=200_000)))

    @pytest.mark.parametrize("kind", ["lzma", "utf-8", "method"])
    def test_refuses_only_the_photo_that_is_damaged(
        self, services: Services, actor: Actor, kind: str
    ) -> None:
        made(services, actor, "A-1", "B-2")

        item = photo_import(services, actor, damaged(kind), runs=False)

        assert (item.status, item.failure) == (ImportStatus.CHECKED, None)
        assert (item.counts.photos, item.counts.refuse) == (1, 1)

    def test_refuses_what_unpacks_to_too_much_together(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_archives, "MAX_UNPACKED_BYTES", 1000)

        with pytest.raises(InvalidInputError, match="4 GB"):
            PhotoArchive(io.BytesIO(zip_of({"A.jpg": b"\0" * 600, "B.jpg": b"\0" * 600})))

    def test_tells_what_is_protected(self) -> None:
        data = bytearray(zip_of({"A.jpg": A}))
        struct.pack_into("<H", data, data.find(b"PK\x01\x02") + 8, 1)

        [member] = PhotoArchive(io.BytesIO(bytes(data))).members()

        assert "password" in member.problem

    def test_takes_names_for_labels(self, services: Services, actor: Actor, tmp_path: Path) -> None:
        [product] = made(services, actor, "A-1").values()
        names = ["../../A-1.jpg", "/etc/A-1_2.jpg", "C:\\x\\A-1_3.jpg", "__MACOSX/._A-1.jpg"]
        files = {name: photo_bytes(64 + at, 64) for at, name in enumerate(names)}

        done = photo_import(services, actor, zip_of(files))

        assert done.counts.photos_added == 3
        assert len(services.products.get(actor, product.id).photos) == 3
        assert not list(tmp_path.parent.glob("A-1*"))

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip", zip_of({"A.jpg": A})[:-30]])
    def test_refuses_what_is_no_zip(self, services: Services, actor: Actor, data: bytes) -> None:
        with pytest.raises(InvalidInputError):
            services.imports.begin(actor, "x.zip", data, kind=ImportKind.PHOTOS)


class TestAddresses:
    HEADERS = ("sku", "name", "photo urls")

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[TlsServer]:
        answers = {"/a.jpg": plain(A), "/b.jpg": plain(B), "/page.jpg": plain(b"<html>no</html>")}
        with tls_server(tmp_path, answers) as running:
            yield running

    def handlers(self, services: Services, server: TlsServer) -> dict[str, TaskHandler]:
        rules = FetchRules(
            (HOST,),
            port=server.port,
            resolve=lambda _host, _port: ["127.0.0.1"],
            is_public=lambda _address: True,
            tls=server.tls,
        )
        parts = ImportParts(
            services.parts.database, services.parts.storage, services.assets, Fetcher(rules)
        )
        return {**task_handlers_on(services), **import_handlers(parts)}

    def run(self, services: Services, actor: Actor, server: TlsServer, urls: str) -> Import:
        handlers = self.handlers(services, server)
        begun = services.imports.begin(actor, "p.csv", csv_bytes([self.HEADERS, ("A", "X", urls)]))
        services.imports.check(actor, begun.id)
        run_tasks(services, handlers)
        services.imports.run(actor, begun.id)
        run_tasks(services, handlers)
        return services.imports.get(actor, begun.id)

    def test_bring_photos_through_the_gate(
        self, services: Services, actor: Actor, server: TlsServer
    ) -> None:
        base = f"https://{HOST}:{server.port}"

        done = self.run(services, actor, server, f"{base}/a.jpg, {base}/b.jpg {base}/page.jpg")

        assert (done.counts.created, done.counts.photos_added) == (1, 2)
        [refused] = lines_of(services, actor, done.id, LineOutcome.REFUSE)
        assert refused.source.endswith("/page.jpg")
        assert "html" not in refused.reason.lower()

    def test_are_not_fetched_a_second_time(
        self, services: Services, actor: Actor, server: TlsServer
    ) -> None:
        url = f"https://{HOST}:{server.port}/a.jpg"
        self.run(services, actor, server, url)

        again = self.run(services, actor, server, url)

        assert (again.counts.same, again.counts.photos) == (1, 0)
        assert server.paths == ["/a.jpg"]

    def test_that_are_not_allowed_are_told_by_the_check(
        self, services: Services, actor: Actor
    ) -> None:
        data = csv_bytes(
            [self.HEADERS, ("A", "X", "http://169.254.169.254/x https://evil.test/y.jpg")]
        )

        found = checked(services, actor, data)

        refused = lines_of(services, actor, found.id, subject=LineSubject.PHOTO)
        assert len(refused) == 2
        assert any("EPOX_IMAGE_HOSTS" in line.reason for line in refused)
        assert (found.counts.create, found.counts.photos, found.counts.photos_refused) == (1, 0, 2)
