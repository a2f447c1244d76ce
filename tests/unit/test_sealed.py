"""The key of one person's store, sealed under a passphrase, and the door that asks for it."""

import json

import pytest

from graph_service.api.door import FIRST, LONGEST, MOST, Door
from graph_service.errors import NotFound, StoreNotEmpty, TooSoon, UnreadableFile, UsageError, WrongPassphrase
from graph_service.store import sealed

RIGHT, OTHER = "correct horse battery", "another row of words"


@pytest.fixture
def cheap(monkeypatch):
    """A cost that tests can pay often; the real one is measured once below."""
    monkeypatch.setattr(sealed, "COST", {"n": 2**10, "r": 8, "p": 1})


@pytest.fixture
def path(tmp_path, cheap):
    return tmp_path / "p.db.key"


class TestTheSealedKey:
    def test_opens_with_its_passphrase_alone(self, path):
        made = sealed.make(path, RIGHT, "Ana Example")
        assert sealed.unseal(path, RIGHT) == made and len(made.key) == 32
        for wrong in (OTHER, "", RIGHT + " ", RIGHT.upper()):
            with pytest.raises(WrongPassphrase, match="capitals"):
                sealed.unseal(path, wrong)

    def test_shows_neither_key_nor_name_and_is_its_owners_alone(self, path):
        made = sealed.make(path, RIGHT, "Ana Example")
        text = path.read_text()
        assert made.key.hex() not in text and "Ana" not in text and RIGHT not in text
        assert path.stat().st_mode & 0o777 == 0o600
        assert {"format", "version", "kdf", "n", "r", "p", "salt"} <= set(json.loads(text))
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_is_the_same_passphrase_whichever_keyboard_wrote_it(self, path):
        sealed.make(path, "café für fünfzehn", "Ana Example")
        assert sealed.unseal(path, "cafe\u0301 fu\u0308r fu\u0308nfzehn").name == "Ana Example"

    def test_under_another_passphrase_is_the_same_key(self, path):
        made = sealed.make(path, RIGHT, "Ana Example")
        before = json.loads(path.read_text())
        sealed.reseal(path, RIGHT, OTHER)
        after = json.loads(path.read_text())
        assert sealed.unseal(path, OTHER) == made and before["salt"] != after["salt"]
        with pytest.raises(WrongPassphrase):
            sealed.unseal(path, RIGHT)
        with pytest.raises(UsageError, match="15"):
            sealed.reseal(path, OTHER, "short")
        assert sealed.unseal(path, OTHER) == made

    def test_is_never_made_over_another_one(self, path):
        made = sealed.make(path, RIGHT, "Ana Example")
        with pytest.raises(StoreNotEmpty):
            sealed.make(path, OTHER, "Bo Sample")
        assert sealed.unseal(path, RIGHT) == made

    @pytest.mark.parametrize("name", ["n", "salt", "version", "box", "format", "nonce"])
    def test_that_somebody_changed_opens_nothing(self, path, name):
        sealed.make(path, RIGHT, "Ana Example")
        head = json.loads(path.read_text())
        head[name] = {"n": 2**9, "version": 2, "format": "x"}.get(name) or "00" * (len(head.get(name, "")) // 2)
        path.write_text(json.dumps(head))
        with pytest.raises((WrongPassphrase, UnreadableFile)):
            sealed.unseal(path, RIGHT)

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}'])
    def test_that_is_damaged_says_so(self, path, text):
        path.write_text(text)
        with pytest.raises(UnreadableFile, match="damaged"):
            sealed.unseal(path, RIGHT)

    def test_that_asks_for_more_memory_than_any_of_ours_is_not_believed(self, path):
        sealed.make(path, RIGHT, "Ana Example")
        path.write_text(json.dumps(json.loads(path.read_text()) | {"n": 2**30}))
        with pytest.raises(UnreadableFile):
            sealed.unseal(path, RIGHT)

    def test_that_is_not_there_says_where_to_look(self, path):
        with pytest.raises(NotFound, match="backups"):
            sealed.unseal(path, RIGHT)


def test_the_real_cost_is_what_the_decision_says():
    assert sealed.COST == {"n": 2**17, "r": 8, "p": 1}


class TestTheDoor:
    """With a clock that only the test moves."""

    @pytest.fixture
    def door(self):
        self.now = 100.0
        return Door(lambda typed: typed == RIGHT, idle=60.0, now=lambda: self.now)

    def test_lets_nobody_in_without_a_session(self, door):
        assert not door.lets_in(None) and not door.lets_in("") and not door.lets_in("made up")

    def test_closes_after_idle_time_and_not_before(self, door):
        cookie = door.enter(RIGHT)
        for _ in range(3):
            self.now += 59.0
            assert door.lets_in(cookie)
        self.now += 60.0
        assert not door.lets_in(cookie)
        self.now -= 60.0
        assert not door.lets_in(cookie)

    def test_closes_when_somebody_leaves_and_stays_open_for_others(self, door):
        mine, yours = door.enter(RIGHT), door.enter(RIGHT)
        door.leave(mine)
        assert not door.lets_in(mine) and door.lets_in(yours)

    def test_waits_longer_after_each_wrong_passphrase_and_not_after_a_right_one(self, door):
        waits = []
        for _ in range(9):
            with pytest.raises(WrongPassphrase):
                door.enter(OTHER)
            with pytest.raises(TooSoon) as wait:
                door.enter(RIGHT)
            waits.append(wait.value.seconds)
            self.now += wait.value.seconds
        assert waits[:4] == [FIRST, 2.0, 4.0, 8.0] and waits[-1] == LONGEST
        door.enter(RIGHT)
        with pytest.raises(WrongPassphrase):
            door.enter(OTHER)
        self.now += FIRST
        assert door.lets_in(door.enter(RIGHT))

    def test_remembers_so_many_browsers_and_forgets_the_oldest(self, door):
        cookies = []
        for _ in range(MOST + 1):
            self.now += 0.001
            cookies.append(door.enter(RIGHT))
        assert [door.lets_in(each) for each in cookies] == [False, *[True] * MOST]
