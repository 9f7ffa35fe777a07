-- How much of the plan is used up. One row per user and billing period.

create table public.generation_usage (
  id bigint generated always as identity primary key,
  user_id uuid not null references public.user_profiles (id) on delete cascade,
  period_start date not null default date_trunc('month', now())::date,
  period_end date not null default (date_trunc('month', now()) + interval '1 month')::date,
  stories_generated integer not null default 0,
  vignettes_generated integer not null default 0,
  images_generated integer not null default 0,
  total_generated integer generated always as (stories_generated + vignettes_generated) stored,
  tokens_used bigint not null default 0,
  cost public.usd_amount not null default 0,
  bonus_generations integer not null default 0,
  last_generated_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint generation_usage_user_id_period_start_key unique (user_id, period_start),
  constraint generation_usage_period check (period_end > period_start),
  constraint generation_usage_counts_not_negative
    check (stories_generated >= 0 and vignettes_generated >= 0 and images_generated >= 0)
);

comment on table public.generation_usage is
  'Generations, pictures, tokens and costs per user and billing period. The limit is in the plan; what remains is computed.';
comment on column public.generation_usage.period_start is 'First day of the period: of the month, or of the subscription.';
comment on column public.generation_usage.period_end is 'First day that no longer belongs to the period.';
comment on column public.generation_usage.total_generated is 'Stories and vignettes together: this is what the plan limits.';
comment on column public.generation_usage.images_generated is 'Panels, portraits and covers; counted, not limited.';
comment on column public.generation_usage.cost is 'What the user has cost us in the period.';
comment on column public.generation_usage.bonus_generations is 'Generations on top of the plan, given by support.';

create trigger generation_usage_set_updated_at before update on public.generation_usage
  for each row execute function public.set_updated_at();

create function public.remaining_generations(p_user_id uuid, p_day date) returns integer
language sql
stable
security definer
set search_path to ''
as $$
  select coalesce(t.monthly_generations, free.monthly_generations)
       + coalesce(u.bonus_generations, 0)
       - coalesce(u.total_generated, 0)
  from public.user_profiles as p
  cross join (select monthly_generations from public.subscription_tiers where code = 'free') as free
  left join public.subscription_tiers as t on t.id = p.tier_id and p.subscription_status in ('trialing', 'active')
  left join public.generation_usage as u
    on u.user_id = p.id and p_day >= u.period_start and p_day < u.period_end
  where p.id = p_user_id;
$$;
comment on function public.remaining_generations(uuid, date) is
  'Generations that a user had left on a day: plan and bonus minus what was generated. For the server; a user asks without arguments.';

create function public.remaining_generations() returns integer
language sql
stable
security definer
set search_path to ''
begin atomic
  select public.remaining_generations((select auth.uid()), current_date);
end;
comment on function public.remaining_generations() is 'Generations that the user who asks has left in this billing period.';

create function public.consume_generation(p_kind public.content_kind default 'story') returns integer
language plpgsql
security definer
set search_path to ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_remaining integer;
begin
  if v_user_id is null then
    raise exception 'nobody is signed in' using errcode = '28000';
  end if;

  insert into public.generation_usage (user_id) values (v_user_id)
  on conflict (user_id, period_start) do nothing;

  -- Locks the row: two tabs cannot both take the last generation.
  perform 1 from public.generation_usage
  where user_id = v_user_id and period_start <= current_date and period_end > current_date
  for update;

  v_remaining := public.remaining_generations(v_user_id, current_date);
  if v_remaining <= 0 then
    raise exception 'no generations left in this period'
      using errcode = 'P0001', hint = 'upgrade the plan or wait for the next period';
  end if;

  update public.generation_usage
  set stories_generated = stories_generated + (p_kind = 'story')::integer,
      vignettes_generated = vignettes_generated + (p_kind = 'vignette')::integer,
      last_generated_at = now()
  where user_id = v_user_id and period_start <= current_date and period_end > current_date;

  return v_remaining - 1;
end;
$$;
comment on function public.consume_generation(public.content_kind) is
  'Takes one generation from the plan of the user who asks and returns how many are left; raises an error when there is none.';

revoke execute on function public.remaining_generations(uuid, date) from public, anon, authenticated;
revoke execute on function public.remaining_generations() from public, anon;
revoke execute on function public.consume_generation(public.content_kind) from public, anon;

alter table public.generation_usage enable row level security;
create policy "Users read their own usage" on public.generation_usage
  for select to authenticated using (auth.uid() = user_id);
create policy "Service role manages generation_usage" on public.generation_usage
  to service_role using (true) with check (true);
