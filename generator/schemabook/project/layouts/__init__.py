"""Folders of SQL as tools lay them out: which files count, in which order, and which part of each."""

from schemabook.project.layouts.folder import Folder
from schemabook.project.layouts.recognition import Found, found_in, layout_of
from schemabook.project.layouts.table import LAYOUTS, Layout
