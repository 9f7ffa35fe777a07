-- What somebody has done to the remote project by hand, and no migration does: refresh.py runs this after the
-- migrations, so that the dump is what the remote project has. schemabook.yml says under accept_drift why each
-- may stay. A change of today is a migration; nothing is added here.

-- Made in the Dashboard in May 2025, during the move, when the list of stories by language was slow.
create index stories_language_idx on public.stories (language);
