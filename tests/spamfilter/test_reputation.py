"""The frequent-spammer list, as the receiver asks for it."""
from filter import Filter, ham, spam

SECTIONS = '[spamfilter]\nspammer_evidence = 5\ngateways = ["203.0.113.0/24"]\n'


def test_frequent_spammers_become_known_and_stay_known():
    with Filter(SECTIONS) as one:
        one.school()
        assert one.reputation("198.51.100.7")[0] == "UNKNOWN"
        for number in range(900, 906):
            one.judge(spam(number))
            one.judge(ham(number), client_address="192.0.2.9")
            one.judge(spam(number), client_address="203.0.113.5")
        standing, reply = one.reputation("198.51.100.7")
        assert standing == "SPAMMER" and reply.reason == "198.51.100.7: 6 of 6 messages of late were spam" and reply.score == 1
        assert one.reputation("192.0.2.9")[0] == "GOOD"
        assert one.reputation("203.0.113.5")[0] == "UNKNOWN"  # a gateway brings other people's mail
        assert one.reputation("198.51.100.8")[0] == "UNKNOWN"
        assert one.reputation("not an address", "operator")[0] == "UNKNOWN"
        one.stop("spamfilter")
        one.start("spamfilter")
        assert one.reputation("198.51.100.7")[0] == "SPAMMER"


def test_who_is_unsure_is_not_counted():
    with Filter(SECTIONS) as one:  # taught nothing
        for number in range(910, 920):
            one.judge(spam(number))
        assert one.reputation("198.51.100.7")[1].reason == ""
