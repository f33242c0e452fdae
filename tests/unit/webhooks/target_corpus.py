"""Addresses that people and their adversaries give for post, and where each may lead.

A row is an address, what the resolver answers of its host (None: it is not to be asked at all), and the address that
is connected to: None where nothing may be. 93.184.216.34 and 2606:2800:220:1::1 stand for the open internet.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

PUBLIC: Final = "93.184.216.34"
PUBLIC_6: Final = "2606:2800:220:1::1"


class Resolver:
    """Answers what it is told to, one answer after another, the last one for ever."""

    def __init__(self, *answers: Sequence[str] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Row(NamedTuple):
    url: str
    answers: tuple[str, ...] | None
    leads_to: str | None


def refused(url: str, *answers: str) -> Row:
    return Row(url, answers or None, None)


def open_(url: str, *answers: str) -> Row:
    return Row(url, answers, answers[0])


CORPUS: Final = (
    # what is allowed
    open_("https://example.com/hook", PUBLIC),
    open_("http://example.com/hook", PUBLIC),
    open_("HTTPS://Example.COM:443/hook?a=b&c=%20d", PUBLIC),
    open_("http://example.com:80", PUBLIC),
    open_("https://example.com./hook", PUBLIC),
    open_("https://example.com/hook", PUBLIC_6),
    open_("https://example.com/hook", PUBLIC_6, PUBLIC),
    open_(f"https://{PUBLIC}/hook", PUBLIC),
    open_(f"https://[{PUBLIC_6}]/hook", PUBLIC_6),
    open_("https://bücher.example/hook", PUBLIC),
    open_("https://xn--bcher-kva.example/hook", PUBLIC),
    open_("https://example.com/@127.0.0.1/#@10.0.0.1", PUBLIC),
    open_("https://127.0.0.1.nip.example/hook", PUBLIC),
    open_("https://my_host.example/hook", PUBLIC),
    # loopback, plainly and in every spelling
    refused("http://127.0.0.1/"),
    refused("http://127.0.0.1:80/"),
    refused("http://127.255.255.254/"),
    refused("http://2130706433/"),
    refused("http://0x7f000001/"),
    refused("http://0x7f.0.0.1/"),
    refused("http://0177.0.0.1/"),
    refused("http://017700000001/"),
    refused("http://127.1/"),
    refused("http://127.0.1/"),
    refused("http://127.0.0.01/"),
    refused("http://127.0.0.1./"),
    refused("http://127.0.0.1../"),
    refused("http://1.0x7f/"),
    refused("http://4294967297/"),
    refused("http://256.256.256.256/"),
    refused("http://0x/"),
    refused("http://134744072/"),  # 8.8.8.8, but nobody writes it so
    refused("http://localhost/", "127.0.0.1"),
    refused("http://localhost./", "127.0.0.1", "::1"),
    refused("http://LOCALHOST/", "::1"),
    refused("http://evil.example/", "127.0.0.1"),
    refused("http://127。0。0。1/"),
    refused("http://127．0．0．1/"),
    refused("http://127｡0｡0｡1/"),
    refused("http://１２７.0.0.1/"),
    refused("http://①②⑦.⓪.⓪.①/"),
    refused("http://%31%32%37.0.0.1/"),
    refused("http://127.0.0.1%2f.example.com/"),
    refused("http://127.0.0.1%00.example.com/"),
    # private, link-local, shared, reserved
    refused("http://10.0.0.1/"),
    refused("http://172.16.0.1/"),
    refused("http://172.31.255.255/"),
    refused("http://192.168.1.1/"),
    refused("http://169.254.1.1/"),
    refused("http://100.64.0.1/"),
    refused("http://0.0.0.0/"),
    refused("http://0/"),
    refused("http://0.1.2.3/"),
    refused("http://255.255.255.255/"),
    refused("http://224.0.0.1/"),
    refused("http://239.255.255.250/"),
    refused("http://240.0.0.1/"),
    refused("http://198.18.0.1/"),
    refused("http://192.0.2.1/"),
    refused("http://198.51.100.1/"),
    refused("http://203.0.113.1/"),
    refused("http://192.88.99.1/"),
    # what clouds tell their machines about themselves
    refused("http://169.254.169.254/latest/meta-data/"),
    refused("http://169.254.170.2/v2/credentials"),
    refused("http://2852039166/latest/meta-data/"),
    refused("http://[fd00:ec2::254]/latest/meta-data/"),
    refused("http://[::ffff:169.254.169.254]/"),
    refused("http://metadata.google.internal/computeMetadata/v1/", "169.254.169.254"),
    refused("http://100.100.100.200/latest/meta-data/"),
    refused("http://192.0.0.192/latest/"),
    refused("http://168.63.129.16/machine?comp=goalstate"),
    # IPv6
    refused("http://[::1]/"),
    refused("http://[::]:80/"),
    refused("http://[0:0:0:0:0:0:0:1]/"),
    refused("http://[::127.0.0.1]/"),
    refused("http://[::ffff:127.0.0.1]/"),
    refused("http://[::ffff:7f00:1]/"),
    refused("http://[::ffff:10.0.0.1]/"),
    refused("http://[fc00::1]/"),
    refused("http://[fd12:3456::1]/"),
    refused("http://[fe80::1]/"),
    refused("http://[fe80::1%25eth0]/"),
    refused("http://[fe80::1%eth0]/"),
    refused("http://[fec0::1]/"),
    refused("http://[ff02::1]/"),
    refused("http://[2001:db8::1]/"),
    refused("http://[3fff::1]/"),
    refused("http://[100::1]/"),
    refused("http://[5f00::1]/"),
    refused("http://[2002:7f00:1::]/"),
    refused("http://[2002:c0a8:101::1]/"),
    refused("http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/"),
    refused("http://[2001::80ff:fffe]/"),
    refused("http://[64:ff9b::7f00:1]/"),
    refused("http://[64:ff9b::a9fe:a9fe]/"),
    refused("http://[64:ff9b:1::7f00:1]/"),
    refused("http://[v1.fe80]/"),
    refused("http://[127.0.0.1]/"),
    refused("http://[::1/"),
    refused("http://::1/"),
    # names that lead inside, and mixed answers
    refused("http://evil.example/", "10.0.0.1"),
    refused("http://evil.example/", "::1"),
    refused("http://evil.example/", "fd00::1"),
    refused("http://evil.example/", "::ffff:192.168.0.1"),
    refused("http://evil.example/", "64:ff9b::a00:1"),
    refused("http://evil.example/", "fe80::1%eth0"),
    refused("http://evil.example/", PUBLIC, "127.0.0.1"),
    refused("http://evil.example/", "127.0.0.1", PUBLIC),
    refused("http://evil.example/", PUBLIC, PUBLIC_6, "fd00::1"),
    refused("http://evil.example/", "no address"),
    # user names, and whose host is it
    refused("http://user@example.com/"),
    refused("http://user:secret@example.com/"),
    refused("http://@example.com/"),
    refused("http://example.com@127.0.0.1/"),
    refused("http://example.com:80@127.0.0.1/"),
    refused("http://127.0.0.1#@example.com/"),
    refused("http://127.0.0.1?@example.com/"),
    refused("http://127.0.0.1\\@example.com/"),
    refused("http://example.com\\@127.0.0.1/"),
    refused("http:\\\\127.0.0.1\\"),
    refused("http://example.com%40127.0.0.1/"),
    # blanks and control characters, which some readers drop
    refused("http://exam\tple.com/"),
    refused("http://example.com/\r\nHost: 127.0.0.1"),
    refused("http://exam\nple.com/"),
    refused(" http://example.com/"),
    refused("http://example.com /"),
    refused("http://example.com/a b"),
    refused("http://exam\x00ple.com/"),
    refused("http://example.com\x7f/"),
    refused("http://exam\u200bple.com\u3000/"),
    refused("http://example.com/caf\u00e9"),
    # schemes and ports
    refused("ftp://example.com/"),
    refused("file:///etc/passwd"),
    refused("gopher://example.com/"),
    refused("javascript:alert(1)"),
    refused("//example.com/"),
    refused("example.com/hook"),
    refused("http:example.com"),
    refused("http:///hook"),
    refused("https://"),
    refused(""),
    refused("http://example.com:22/"),
    refused("http://example.com:443/"),
    refused("https://example.com:80/"),
    refused("https://example.com:8443/"),
    refused("http://example.com:0/"),
    refused("http://example.com:65536/"),
    refused("http://example.com:-80/"),
    refused("http://example.com:/"),
    refused("http://example.com:80:80/"),
    refused("http://example.com:８０/"),
    # names that two generations of rules read as two
    refused("http://stra\u00dfe.example/"),
    refused("http://\u03b2\u03cc\u03bb\u03bf\u03c2.example/"),
    refused("http://exam\u200dple.example/"),
    open_("http://xn--strae-oqa.example/", PUBLIC),
    # names that are none
    refused("http://.example.com/"),
    refused("http://example..com/"),
    refused("http://-example.com/"),
    refused("http://exa*mple.com/"),
    refused("http://" + "a" * 64 + ".example/"),
    refused("http://" + "a." * 130 + "example/"),
    refused("http://example.com/" + "a" * 2048),
)
