"""scop train, scop classify and scop spam against the running filter."""
import json
import subprocess

import pytest
from filter import BIN, DOMAIN, Filter, ham, spam


def scop(one, *arguments):
    return subprocess.run([str(BIN / "scop"), "--config", str(one.folder / "scop.toml"), *map(str, arguments)], capture_output=True, text=True,
                          timeout=60)


@pytest.fixture(scope="module")
def mail(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mail")
    for name, make in (("ham", ham), ("spam", spam)):
        (folder / name).mkdir()
        for number in range(20):
            (folder / name / f"{number}.eml").write_bytes(make(number).replace(b"\r\n", b"\n"))
    return folder


def test_train_classify_and_spam(mail):
    with Filter("[spamfilter]\nspammer_evidence = 2\n") as one:
        done = scop(one, "--json", "train", "--ham", mail / "ham", "--spam", mail / "spam")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["learned"] == 40
        again = json.loads(scop(one, "--json", "train", "--ham", mail / "ham", "--spam", mail / "spam").stdout)
        assert (again["learned"], again["already"], again["ham"], again["spam"]) == (0, 40, 20, 20)
        assert one.judge(spam(100)).verdict.result == "spam" and one.judge(spam(101)).verdict.result == "spam"

        statistics = json.loads(scop(one, "--json", "spam", "stats").stdout)
        assert (statistics["ham"], statistics["spam"], statistics["judged"]) == (20, 20, 2)
        reputation = json.loads(scop(one, "--json", "spam", "reputation", "198.51.100.7").stdout)
        assert reputation["standing"] == "spammer" and "2 of 2" in reputation["reason"]
        assert "spammer" in scop(one, "spam", "reputation", "198.51.100.7").stdout

        file = mail / "new.eml"
        file.write_bytes(spam(200))
        done = scop(one, "--json", "classify", file)
        assert done.returncode == 0, done.stderr
        verdict = json.loads(done.stdout)
        assert verdict["label"] == "spam" and verdict["score"] == pytest.approx(one.judge(spam(200)).verdict.score)

        taken_back = json.loads(scop(one, "--json", "train", "--unlearn", "--spam", mail / "spam").stdout)
        assert (taken_back["unlearned"], taken_back["spam"]) == (20, 0)


def test_a_users_model_by_command(mail):
    with Filter() as one:
        done = scop(one, "--json", "train", "--user", f"ann@{DOMAIN}", "--ham", mail / "ham", "--spam", mail / "spam")
        assert json.loads(done.stdout)["learned"] == 40 and one.statistics().users == 1 and one.statistics().spam == 0
        assert one.judge(spam(300)).verdict.result == "spam"
        assert one.judge(spam(300), recipients=(f"bob@{DOMAIN}",)).verdict.result == "unsure"


def test_a_filter_that_is_away_is_named(mail):
    with Filter() as one:
        one.stop("spamfilter")
        done = scop(one, "train", "--ham", mail / "ham")
        assert done.returncode == 3 and "spamfilter" in done.stderr
        one.start("spamfilter")
        assert one.statistics().ham == 0
