-- What a user pays for. Four rows: free, reader, family, school.

create type public.subscription_status as enum ('free', 'trialing', 'active', 'past_due', 'cancelled');
comment on type public.subscription_status is
  'State of a subscription as the payment provider reports it; `free` means that there is none.';

create table public.subscription_tiers (
  id smallint generated always as identity primary key,
  code text not null unique,
  name text not null,
  description text,
  monthly_price public.usd_amount not null default 0,
  yearly_price public.usd_amount not null default 0,
  monthly_generations integer not null,
  max_characters smallint,
  max_panels smallint not null default 6,
  features text[] not null default '{}',
  sort_order smallint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscription_tiers_code_format check (code ~ '^[a-z][a-z_]*$'),
  constraint subscription_tiers_generations_positive check (monthly_generations > 0),
  constraint subscription_tiers_year_is_not_dearer check (yearly_price <= monthly_price * 12)
);
create unique index subscription_tiers_sort_order_key on public.subscription_tiers (sort_order);

comment on table public.subscription_tiers is
  'The plans on the price page. Limits are read from here at run time, so a change takes effect with the next generation.';
comment on column public.subscription_tiers.code is 'Stable name for application code: `free`, `reader`, `family` or `school`.';
comment on column public.subscription_tiers.monthly_price is 'Price of a month, taxes not included.';
comment on column public.subscription_tiers.yearly_price is 'Price of a year paid at once.';
comment on column public.subscription_tiers.monthly_generations is 'Stories and vignettes that a user may generate in one billing period.';
comment on column public.subscription_tiers.max_characters is 'Characters a user may keep, archived ones not counted; null means no limit.';
comment on column public.subscription_tiers.max_panels is 'Panels of one vignette.';
comment on column public.subscription_tiers.features is 'Switches for the application, such as `narration`, `pdf_export` or `shared_shelf`.';
comment on constraint subscription_tiers_year_is_not_dearer on public.subscription_tiers is
  'A year may be cheaper than twelve months, never dearer.';

create trigger subscription_tiers_set_updated_at before update on public.subscription_tiers
  for each row execute function public.set_updated_at();

alter table public.user_profiles
  add column tier_id smallint references public.subscription_tiers (id) on delete restrict,
  add column subscription_status public.subscription_status not null default 'free',
  add column subscription_renews_on date,
  add column stripe_customer_id text unique;
create index user_profiles_tier_id_idx on public.user_profiles (tier_id);

comment on column public.user_profiles.tier_id is 'The plan in force; null counts as the free plan.';
comment on column public.user_profiles.subscription_status is 'Written by the payment webhook only.';
comment on column public.user_profiles.subscription_renews_on is 'First day of the next billing period; null on the free plan.';
comment on column public.user_profiles.stripe_customer_id is 'The customer at the payment provider, created with the first checkout.';

alter table public.subscription_tiers enable row level security;
create policy "Anyone reads the price list" on public.subscription_tiers
  for select to anon, authenticated using (true);
create policy "Service role manages subscription_tiers" on public.subscription_tiers
  to service_role using (true) with check (true);
