"""Which column of a file is which field: guessed by its header, remembered by all of them."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from core.domain.imports import FileShape, ImportField, LengthUnit, Mapped
from core.domain.texts import fold
from core.errors import InvalidInputError

F = ImportField

_WORDS: Mapping[ImportField, str] = {
    F.SKU: (
        "sku, variant sku, product sku, item number, item no, article number, article no, "
        "product code, product number, part number, model number, code, reference, ref, "
        "artikelnummer, artikel nr, art nr, bestellnummer, produktnummer, "
        "reference produit, code article, codigo, codigo de producto, referencia, "
        "codice, codice articolo, codice prodotto, artikelcode, kod produktu, "
        "varenummer, artikelnr, cod produs, tuotenumero"
    ),
    F.NAME: (
        "name, title, product name, product title, product, item name, item, post title, "
        "bezeichnung, produktname, artikelname, artikelbezeichnung, titel, produkt, "
        "nom, nom du produit, titre, designation, libelle, nombre, nombre del producto, titulo, "
        "nome, nome prodotto, titolo, naam, productnaam, nazwa, nazwa produktu, nome do produto, "
        "namn, produktnamn, navn, produktnavn"
    ),
    F.CATEGORY: (
        "category, product category, main category, categories, type, product type, "
        "kategorie, hauptkategorie, warengruppe, produktkategorie, produkttyp, categorie, "
        "categorie principale, type de produit, categoria, categoria principal, tipo, "
        "categoria prodotto, rubriek, kategoria, kategori"
    ),
    F.OTHER_CATEGORIES: (
        "other categories, more categories, additional categories, weitere kategorien, "
        "autres categories, otras categorias, altre categorie"
    ),
    F.DESCRIPTION: (
        "description, body html, body, long description, product description, details, "
        "beschreibung, produktbeschreibung, langtext, description longue, descripcion, "
        "descrizione, omschrijving, productomschrijving, opis, descricao, beskrivning, beskrivelse"
    ),
    F.PRICE: (
        "price, variant price, regular price, sales price, list price, unit price, retail price, "
        "rrp, msrp, preis, verkaufspreis, bruttopreis, vk preis, prix, prix de vente, precio, "
        "precio de venta, prezzo, prijs, cena, preco, pris"
    ),
    F.TAGS: (
        "tags, tag, keywords, labels, product tags, schlagworte, schlagworter, stichworte, "
        "mots cles, etiquettes, etiquetas, palabras clave, etichette, parole chiave, trefwoorden, "
        "tagi, taggar, nyckelord"
    ),
    F.MATERIALS: (
        "materials, material, fabric, materialien, stoff, matiere, matieres, materiau, materiaux, "
        "materiales, materiali, materiale, materiaal, materialy, materiais"
    ),
    F.COLOURS: (
        "colours, colour, colors, color, finish, farbe, farben, couleur, couleurs, colores, "
        "colore, colori, kleur, kleuren, kolor, kolory, cor, cores, farg, farve"
    ),
    F.WIDTH_CM: "width, w, breite, largeur, ancho, anchura, larghezza, breedte, szerokosc, largura",
    F.DEPTH_CM: (
        "depth, d, length, l, tiefe, lange, profondeur, longueur, profundidad, fondo, "
        "profondita, diepte, glebokosc, profundidade"
    ),
    F.HEIGHT_CM: "height, h, hohe, hoehe, hauteur, alto, altura, altezza, hoogte, wysokosc",
    F.ARCHIVED: "archived, is archived, archiviert, archive, archivado, archiviato, gearchiveerd",
    F.PHOTO_URLS: (
        "photo urls, photo url, image src, variant image, product image url, image url, "
        "image urls, image, images, photo, photos, picture, pictures, picture url, image link, "
        "additional image link, bild, bilder, bild url, foto, fotos, image 1, image 2, image 3, "
        "image 4, image 5, imagen, imagenes, immagine, immagini, afbeelding, afbeeldingen"
    ),
}
_FIELDS = {
    word.strip(): (field, rank)
    for field, words in _WORDS.items()
    for rank, word in enumerate(words.split(","))
}
_EPOX = {"sku", "name", "category", "other_categories", "description"}
_SHOPIFY = ({"handle", "title", "variant sku"}, {"url handle", "title", "sku"})
_WOOCOMMERCE = {"type", "sku", "name", "regular price"}
_OF_WOOCOMMERCE_TOO = {"parent", "is featured", "visibility in catalog", "attribute 1 name"}
_NOT_WORDS = re.compile(r"[^\w]+|_+")
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_UNIT = re.compile(r"(?:[\s_([./]|^)(mm|cm|m|in|inch|inches|zoll|pouces)[\s_)\].]*$", re.IGNORECASE)
_UNITS = {"mm": LengthUnit.MM, "cm": LengthUnit.CM, "m": LengthUnit.M}
_OWN: Mapping[FileShape, Mapping[str, ImportField | None]] = {
    FileShape.SHOPIFY: {
        "type": F.CATEGORY,
        "status": F.ARCHIVED,
        "product category": None,
        "name": None,
    },
    FileShape.WOOCOMMERCE: {
        "type": None,
        "categories": F.CATEGORY,
        "images": F.PHOTO_URLS,
        "width": F.WIDTH_CM,
        "length": F.DEPTH_CM,
        "height": F.HEIGHT_CM,
        "regular price": F.PRICE,
    },
}
"""Headers which in a shop's export do not mean what they mean elsewhere; None leaves one out."""


def shape_of(headers: Sequence[str]) -> FileShape:
    """Return whose export has these headers."""
    names = {header.strip().lower() for header in headers}
    words = {plain(header) for header in headers}
    if names >= _EPOX:
        return FileShape.EPOX
    if any(words >= some for some in _SHOPIFY):
        return FileShape.SHOPIFY
    if words >= _WOOCOMMERCE and words & _OF_WOOCOMMERCE_TOO:
        return FileShape.WOOCOMMERCE
    return FileShape.PLAIN


def guessed(headers: Sequence[str], shape: FileShape) -> Mapped:
    """Return which column is likely which field; of two that could be one, the first is it."""
    if shape is FileShape.EPOX:
        return _own_columns(headers)
    own = _OWN.get(shape, {})
    found: list[tuple[int, int, ImportField]] = []
    for column, header in enumerate(headers):
        word = plain(header)
        field, rank = (own[word], -1) if word in own else _FIELDS.get(word, (None, 0))
        if field is not None:
            found.append((rank, column, field))
    mapping: dict[int, ImportField] = {}
    for _rank, column, field in sorted(found):
        if field.is_list or field not in mapping.values():
            mapping[column] = field
    if shape is FileShape.SHOPIFY and F.CATEGORY not in mapping.values():
        columns = [c for c, header in enumerate(headers) if plain(header) == "product category"]
        mapping |= dict.fromkeys(columns[:1], F.CATEGORY)
    return dict(sorted(mapping.items()))


def checked_mapping(mapping: Mapped, headers: Sequence[str]) -> Mapped:
    """Return the mapping, or raise a sentence when an import cannot stand on it."""
    chosen = {int(column): ImportField(field) for column, field in mapping.items()}
    if any(not 0 <= column < len(headers) for column in chosen):
        raise InvalidInputError(user_message="The file has no such column. Please choose again.")
    fields = list(chosen.values())
    for field in dict.fromkeys(fields):
        if fields.count(field) > 1 and not field.is_list:
            raise InvalidInputError(
                user_message=f"Two columns are chosen as {field_name(field)}. Please choose one."
            )
    if F.SKU not in fields:
        raise InvalidInputError(
            user_message="Please say which column is the SKU: products are known by it."
        )
    if len(fields) == 1:
        raise InvalidInputError(user_message="Please choose at least one column beside the SKU.")
    return dict(sorted(chosen.items()))


def headers_hash(headers: Sequence[str]) -> str:
    """Return under what the choice for these headers is remembered."""
    return hashlib.sha256(json.dumps([h.casefold() for h in headers]).encode()).hexdigest()


def field_name(field: ImportField) -> str:
    """Return a field's name as a sentence has it."""
    names = {F.SKU: "SKU", F.PHOTO_URLS: "photo addresses", F.ARCHIVED: "archived or not"}
    return names.get(field, field.removesuffix("_cm").replace("_", " "))


def unit_in(header: str) -> LengthUnit | None:
    """Return the unit that a header names, such as "Width (mm)"."""
    found = _UNIT.search(header)
    return None if found is None else _UNITS.get(found[1].lower(), LengthUnit.INCH)


def notes_about(headers: Sequence[str]) -> tuple[str, ...]:
    """Return sentences about headers that may be mistakes."""
    named = [header for header in headers if header]
    doubles = sorted({header for header in named if named.count(header) > 1})[:5]
    notes = [f"There is more than one column “{double}”." for double in doubles]
    blank = len(headers) - len(named)
    if blank:
        notes.append(f"{blank} column{'s have' if blank > 1 else ' has'} no header.")
    return tuple(notes)


def plain(header: str) -> str:
    """Return a header's words, without units, signs and accents."""
    return " ".join(_NOT_WORDS.sub(" ", fold(_without_unit(header))).split())


def _without_unit(header: str) -> str:
    is_unit_alone = len(header.strip()) <= 2  # noqa: PLR2004 - as long as the longest of "m", "cm"
    return _BRACKETS.sub(" ", header if is_unit_alone else _UNIT.sub("", header))


def _own_columns(headers: Sequence[str]) -> Mapped:
    own = {field.value for field in ImportField}
    mapping: dict[int, ImportField] = {}
    for column, header in enumerate(headers):
        name = header.strip().lower()
        if name in own and name not in mapping.values():
            mapping[column] = ImportField(name)
    return mapping
