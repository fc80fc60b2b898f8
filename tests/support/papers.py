"""Whole documents, as small as can be: a PDF of one page that a browser reads, and files with an image's two ends."""


def a_pdf(text: str) -> bytes:
    """One page with these words, with its table of objects: of what it cannot read, the viewer opens a dialog that takes the keyboard."""
    font = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    drawn = f"BT /F 24 Tf 72 760 Td ({text}) Tj ET\n".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%b>>" % font,
        b"<</Length %d>>\nstream\n%bendstream" % (len(drawn), drawn),
    )
    whole, begins = b"%PDF-1.4\n", b""
    for number, one in enumerate(objects, 1):
        begins += b"%010d 00000 n \n" % len(whole)
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"xref\n0 5\n0000000000 65535 f \n" + begins + b"trailer\n<</Size 5/Root 1 0 R>>\n"
    return whole + table + b"startxref\n%d\n%%%%EOF\n" % len(whole)


PDF = a_pdf("An invented licence")
PNG = b"\x89PNG\r\n\x1a\n an invented page \0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0 another\xff\xd9"
