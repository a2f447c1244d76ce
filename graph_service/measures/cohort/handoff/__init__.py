"""Folders of files for models that stay in R: RSiena (networks over waves), ERGM (one wave), egor (egos).

Writers take columns and write exactly what they are given: pseudonyms, agreement and the record of the
release are the caller's, because such a folder is microdata.
"""
