"""A small PDF: one page of plain text."""

from collections.abc import Sequence

TOP, LEFT, LEADING = 760, 60, 16


def pdf_of(lines: Sequence[str]) -> bytes:
    """A valid document of one page (PDF 1.4, Helvetica); what Latin-1 cannot spell becomes a question mark."""
    shown = b" T* ".join(b"(" + _escaped(line) + b") Tj" for line in lines)
    text = b"BT /F1 11 Tf %d TL %d %d Td %b ET" % (LEADING, LEFT, TOP, shown)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    result, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(result))
        result += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    places = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return result + end % (size, places, size, len(result))


def _escaped(text: str) -> bytes:
    spelt = text.encode("latin-1", "replace")
    return spelt.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
