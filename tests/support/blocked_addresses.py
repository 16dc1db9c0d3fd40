"""Hosts that no request of ours may go to, and addresses that are none, in every notation that we know."""

import pytest

BLOCKED = {
    "loopback, in every notation": [
        *("127.0.0.1", "127.0.0.2", "127.255.255.254", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "2130706434"),
        *("0x7f000001", "0X7F000001", "0x7f.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "017700000001", "0177.0x0.1"),
        *("127.0x1", "0000177.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::0.0.0.1]"),
    ],
    "digits and dots of other scripts": [
        *(
            "①②⑦.0.0.1",
            "１２７.０.０.１",
            "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
            "127。0。0。1",
            "127．0．0．1",
            "127｡0｡0｡1",
            "２１３０７０６４３３",
        ),
    ],
    "percent-encoding": ["%31%32%37.0.0.1", "127%2e0%2E0%2e1", "%6c%6fcalhost", "%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1"],
    "this network": ["0.0.0.0", "0", "0x0", "00.0.0.0", "0.0.0.0.", "[::]", "[::0.0.0.0]"],
    "IPv4 inside IPv6": [
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]"),
        *("[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::127.0.0.1]"),
        *("[64:ff9b:1:abcd:7f:0:100:0]", "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:7f00:1::]"),
        *("[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[::ffff:10.0.0.1]", "[64:ff9b::10.0.0.1]", "[2002:a00:1::]"),
    ],
    "private, shared, local": [
        *("10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "100.64.0.1", "100.127.255.254", "169.254.1.1"),
        *("[fc00::1]", "[fd00::1]", "[fe80::1]", "[fec0::1]", "198.18.0.1", "192.0.2.1", "[2001:db8::1]"),
    ],
    "to many at once": ["255.255.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "[ff02::1]", "[ff0e::1]"],
    "names of the inside": [
        *(
            "localhost",
            "LOCALHOST",
            "localhost.",
            "ｌｏｃａｌｈｏｓｔ",
            "inside.test",
            "sub.inside.test",
            "127.0.0.1.inside.test",
        ),
        *(
            "pair.inside.test",
            "twice.inside.test",
            "both.inside.test",
            "mapped.inside.test",
            "private.inside.test",
            "name.inside.test",
        ),
    ],
}
NAMES = {
    "localhost": ("127.0.0.1", "::1"),
    "inside_test": ("127.0.0.2",),
    "sub_inside_test": ("127.0.0.1",),
    "127_0_0_1_inside_test": ("127.0.0.1",),
    "twice_inside_test": ("127.0.0.1", "127.0.0.2"),
    "both_inside_test": ("::1", "127.0.0.1", "10.0.0.1"),
    "pair_inside_test": ("127.0.0.2", "127.0.0.3"),
    "mapped_inside_test": ("::ffff:127.0.0.1",),
    "private_inside_test": ("10.0.0.1", "fd00::1"),
    "name_inside_test": ("localhost",),
}

BAD = {
    "who asks before the host": [
        *("http://public.test@127.0.0.1/", "http://public.test:80@127.0.0.1/", "http://a:b@public.test/"),
        *("http://127.0.0.1@public.test/", "http://@127.0.0.1/", "http://public.test%40127.0.0.1/"),
        *("http://a@b@127.0.0.1/", "http://public.test&@127.0.0.1/", "http://127.0.0.1%2f@public.test/"),
    ],
    "backslashes": [
        *("http://public.test\\@127.0.0.1/", "http://127.0.0.1\\@public.test/", "http:\\\\127.0.0.1\\"),
        *("http:/\\127.0.0.1/", "http://127.0.0.1\\.public.test/", "http://public.test\\127.0.0.1/"),
    ],
    "what is no authority": [
        *("http:127.0.0.1/", "http:/127.0.0.1/", "http:///127.0.0.1/", "//127.0.0.1/", "127.0.0.1", "http://"),
        *("http://127.0.0.1;public.test/", "http://127.0.0.1,public.test/", "http://127.0.0.1 .public.test/"),
        *("http://127.0.0.1%00.public.test/", "http://127.0.0.1%0d%0a.public.test/", "http://127.0.0.1\r\n.test/"),
        *("http://127.0.0.1\t.public.test/", "http://127.0.0.1%09/", "http://127.0.0.1%2523@public.test/"),
    ],
    "scopes and brackets": [
        *("http://[fe80::1%eth0]/", "http://[fe80::1%25eth0]/", "http://[::1%lo]/", "http://[::1%251]/"),
        *("http://[::1]public.test/", "http://[::1/", "http://::1/", "http://[127.0.0.1]/", "http://[v1.fe80::a]/"),
        *("http://[public.test]/", "http://[::1].public.test/", "http://[[::1]]/"),
    ],
    "numbers that are none": [
        *("http://127.0.0.256/", "http://4294967296/", "http://0x100.0.0.1/", "http://1.2.3.4.5/", "http://09.0.0.1/"),
        *("http://127.0.0.0x100/", "http://127..1/", "http://.127.0.0.1/", "http://127.0.0.1../"),
    ],
    "ports that are none": [
        *("http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:80a/", "http://127.0.0.1:-80/"),
        *("http://127.0.0.1:８０/", "http://127.0.0.1:80:80/", "http://127.0.0.1: 80/", "http://public.test:80@/"),
    ],
    "other schemes": [
        *("file:///etc/hosts", "file://127.0.0.1/etc/hosts", "ftp://127.0.0.1/", "gopher://127.0.0.1:80/_GET%20/"),
        *("dict://127.0.0.1:80/", "ws://127.0.0.1/", "http+unix://%2Frun%2Fdocker.sock/info", "ldap://127.0.0.1/"),
        *("unix:///run/docker.sock", "javascript:alert(1)", "data:text/html,x", "view-source:http://127.0.0.1/"),
        *("jar:http://127.0.0.1!/", "httpſ://127.0.0.1/", "http\u200b://127.0.0.1/", "feed:http://127.0.0.1/"),
    ],
}


def listed(groups):
    return [pytest.param(one, id=f"{group}: {one!a}"[:100]) for group, ones in groups.items() for one in ones]
