-- daily_api_costs ran with the rights of its owner: every signed-in user could read what all the others cost.

drop view public.daily_api_costs;
create view public.daily_api_costs with (security_invoker = true) as
  select (l.called_at at time zone 'UTC')::date as day,
         l.provider,
         l.purpose,
         count(*) as calls,
         count(*) filter (where l.http_status >= 400) as failed_calls,
         sum(l.total_cost) as cost,
         round(avg(l.latency_ms)) as average_latency_ms
  from public.api_cost_logs as l
  group by 1, 2, 3;
comment on view public.daily_api_costs is
  'Calls and costs per day, provider and purpose. The rights of the caller apply: users see their own calls, the server all.';
