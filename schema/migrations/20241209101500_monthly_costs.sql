-- The monthly report ran over all of api_cost_logs each time. Compute it once a night instead.

create materialized view public.monthly_api_costs as
  select date_trunc('month', l.called_at at time zone 'UTC')::date as month,
         l.provider,
         l.model,
         l.purpose,
         count(*) as calls,
         count(distinct l.user_id) as users,
         sum(l.input_tokens) as input_tokens,
         sum(l.output_tokens) as output_tokens,
         sum(l.total_cost) as cost,
         percentile_cont(0.95) within group (order by l.latency_ms) as latency_p95_ms
  from public.api_cost_logs as l
  group by 1, 2, 3, 4
  with no data;
create unique index monthly_api_costs_key on public.monthly_api_costs (month, provider, model, purpose);
comment on materialized view public.monthly_api_costs is
  'Costs per month, model and purpose, as of last night. Materialized views have no row security: only the server may read it.';
comment on column public.monthly_api_costs.latency_p95_ms is 'Nineteen calls of twenty were faster than this.';
comment on index public.monthly_api_costs_key is 'Required by REFRESH MATERIALIZED VIEW CONCURRENTLY.';
revoke all on public.monthly_api_costs from anon, authenticated;

create function public.refresh_monthly_costs() returns void
language plpgsql
security definer
set search_path to ''
as $$
begin
  refresh materialized view concurrently public.monthly_api_costs;
end;
$$;
comment on function public.refresh_monthly_costs() is 'Recomputes monthly_api_costs without blocking its readers. Called every night.';
revoke execute on function public.refresh_monthly_costs() from public, anon, authenticated;
