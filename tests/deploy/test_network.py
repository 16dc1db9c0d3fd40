"""The network policies: a pod reaches what its stage needs, and of the web exactly what the guard allows."""

import random
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest

from deploy.network import PORTS, as_6to4, web_policy
from newswire.adapters.http.guard import REFUSED_V4, REFUSED_V6, refusal
from support.kustomize import OVERLAYS, of_kind, workloads

BLOCKS = [target["ipBlock"] for target in web_policy()["spec"]["egress"][0]["to"]]
NAT64 = ip_network("64:ff9b::/96")


def lets_out(address):
    """Whether the policy lets a packet go to an address, as Kubernetes defines ipBlock."""
    for block in BLOCKS:
        network = ip_network(block["cidr"])
        if address.version == network.version and address in network:
            return not any(address in ip_network(refused) for refused in block["except"])
    return False


def addresses():
    """The edges of each refused network and their neighbours, as IPv4 and as 6to4, and some of every kind at random."""
    networks = [network for network, _ in (*REFUSED_V4, *REFUSED_V6)]
    networks += [as_6to4(network) for network, _ in REFUSED_V4]
    for network in networks:
        for edge in (network[0], network[-1]):
            for near in (-1, 0, 1):
                if 0 <= int(edge) + near < 1 << edge.max_prefixlen:
                    yield type(edge)(int(edge) + near)
    dice = random.Random(7)
    yield from (IPv4Address(dice.getrandbits(32)) for _ in range(500))
    yield from (IPv6Address(dice.getrandbits(128)) for _ in range(500))
    yield from (IPv6Address(0x2002 << 112 | dice.getrandbits(112)) for _ in range(500))


def test_the_policy_lets_out_to_an_address_exactly_when_the_guard_does():
    looked = [address for address in addresses() if address not in NAT64]
    assert [address for address in looked if lets_out(address) != (refusal(str(address)) is None)] == []
    assert sum(map(lets_out, looked)) > 500


def test_the_policy_keeps_back_what_a_cluster_is_made_of():
    for address in ("169.254.169.254", "10.96.0.1", "fd00::1", "fe80::1", "::1", "127.0.0.1"):
        assert not lets_out(ip_address(address))
    assert lets_out(ip_address("8.8.8.8"))


def test_an_excepted_network_lies_within_its_block_as_the_api_server_demands():
    for block in BLOCKS:
        assert all(ip_network(refused).subnet_of(ip_network(block["cidr"])) for refused in block["except"])
        assert block["cidr"] not in block["except"]
    assert PORTS == (80, 443)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_is_closed_and_every_opening_leads_somewhere(overlay):
    policies = {name: found["spec"] for name, found in of_kind(overlay, "NetworkPolicy").items()}
    pods = list(workloads(overlay))

    def chosen(name):
        wanted = policies[name]["podSelector"]["matchLabels"]
        return {pod.name for pod in pods if wanted.items() <= pod.labels.items()}

    everybody = {pod.name for pod in pods}
    assert chosen("newswire-nothing") == chosen("newswire-dns") == everybody
    assert policies["newswire-nothing"].keys() == {"podSelector", "policyTypes"}
    assert policies["newswire-nothing"]["policyTypes"] == ["Ingress", "Egress"]
    assert "extract" not in chosen("newswire-database")
    assert "store" not in chosen("newswire-web")
    if overlay == "prod":
        assert chosen("newswire-archive") == {"extract", "store", "archive-merge"}
    assert all(chosen(name) for name in policies)
    (bus,) = policies["newswire-bus"]["egress"]
    (kafka,) = of_kind(overlay, "Kafka").values()
    assert bus["to"] == [{"podSelector": {"matchLabels": {"strimzi.io/name": f"{kafka['metadata']['name']}-kafka"}}}]
    assert [port["port"] for port in bus["ports"]] == [kafka["spec"]["kafka"]["listeners"][0]["port"]]
    (database,) = policies["newswire-database"]["egress"]
    (cluster,) = of_kind(overlay, "Cluster")
    assert database["to"] == [{"podSelector": {"matchLabels": {"cnpg.io/cluster": cluster}}}]
    for name in ("serve", "websub"):
        (ingress,) = policies[f"newswire-{name}"]["ingress"]
        (pod,) = (pod for pod in pods if pod.name == name)
        assert chosen(f"newswire-{name}") == {name}
        assert {port["port"] for port in ingress["ports"]} == pod.ports.keys() - {"health"}
