-- The price page shows what a month costs when the year is paid at once.

alter table public.subscription_tiers
  add column yearly_price_per_month numeric(10, 2) generated always as (round(yearly_price / 12, 2)) stored,
  add column is_public boolean not null default true;
comment on column public.subscription_tiers.yearly_price_per_month is 'The yearly price divided by twelve, to the cent.';
comment on column public.subscription_tiers.is_public is 'False for plans that are only sold by hand, such as `school`.';

drop policy "Anyone reads the price list" on public.subscription_tiers;
create policy "Anyone reads the price list" on public.subscription_tiers
  for select to anon, authenticated using (is_public);
create policy "Users read the plan they have" on public.subscription_tiers
  for select to authenticated
  using (id = (select p.tier_id from public.user_profiles as p where p.id = (select auth.uid())));
