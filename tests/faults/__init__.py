"""Kills, full disks, wrong passwords and servers that go away."""
