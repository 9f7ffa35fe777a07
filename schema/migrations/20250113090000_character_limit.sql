-- The limit on characters was checked in the browser only.

create function public.enforce_character_limit() returns trigger
language plpgsql
security definer
set search_path to ''
as $$
declare
  v_limit smallint;
  v_count bigint;
begin
  select t.max_characters into v_limit
  from public.user_profiles as p
  join public.subscription_tiers as t on t.id = p.tier_id
  where p.id = new.user_id;

  select count(*) into v_count
  from public.character_profiles as c
  where c.user_id = new.user_id and c.archived_at is null;

  if v_count > v_limit then
    raise exception 'the plan allows % characters', v_limit
      using errcode = '23514', hint = 'archive a character or upgrade the plan';
  end if;
  return null;
end;
$$;
comment on function public.enforce_character_limit() is
  'Trigger function: refuses a character beyond the limit of the plan. A plan without limit compares with null and lets everything pass.';
revoke execute on function public.enforce_character_limit() from public, anon, authenticated;

create constraint trigger character_profiles_limit
  after insert or update of archived_at on public.character_profiles
  deferrable initially deferred
  for each row execute function public.enforce_character_limit();
comment on trigger character_profiles_limit on public.character_profiles is
  'Deferred to the commit: an import may archive old characters and add new ones in any order.';
