-- Two names that everybody got wrong. body_text is also used for vignettes, and the hash was once SHA-1.

alter table public.content rename column body_text to body;
alter table public.content
  add column word_count integer generated always as (
    coalesce(array_length(regexp_split_to_array(trim(both from body), '\s+'), 1), 0)
  ) stored,
  add column deleted_at timestamptz;
comment on column public.content.body is 'The text in Markdown: paragraphs and emphasis, no headings. Null for a vignette.';
comment on column public.content.word_count is 'Words of the text; the reader turns it into minutes of reading aloud.';
comment on column public.content.deleted_at is 'In the bin since then; archive_old_content empties the bin after 30 days.';

alter table public.avatar_cache rename column prompt_sha to prompt_hash;
alter table public.avatar_cache rename constraint avatar_cache_prompt_sha_check to avatar_cache_prompt_hash_check;
