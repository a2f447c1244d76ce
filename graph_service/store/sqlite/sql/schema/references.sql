-- references: a reference to a live record (a part of kind); checked when the write ends
REFERENCES {target} (id) DEFERRABLE INITIALLY DEFERRED
