-- The bin was never emptied.

create procedure public.archive_old_content(p_keep interval default '30 days', p_batch integer default 500)
language plpgsql
as $$
declare
  v_deleted integer;
begin
  loop
    delete from public.content
    where id in (
      select id from public.content
      where deleted_at < now() - p_keep
      order by deleted_at
      limit p_batch
    );
    get diagnostics v_deleted = row_count;
    exit when v_deleted = 0;
    commit;
  end loop;
end;
$$;
comment on procedure public.archive_old_content(interval, integer) is
  'Empties the bin: deletes content that was put there longer ago than p_keep, in batches, each in its own transaction.';
revoke execute on procedure public.archive_old_content(interval, integer) from public, anon, authenticated;

create index content_deleted_at_idx on public.content (deleted_at) where deleted_at is not null;
