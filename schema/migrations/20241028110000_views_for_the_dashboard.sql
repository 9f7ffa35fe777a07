-- Views of the dashboard, so that the clients stop joining by hand.

create view public.character_gallery with (security_invoker = true) as
  select c.id, c.user_id, c.name, c.kind, c.pronouns, c.age_years, c.favourite_color,
         a.image_path as portrait_path,
         count(cc.content_id) as appearances,
         max(cc.added_at) as last_appearance
  from public.character_profiles as c
  left join lateral (
    select ac.image_path from public.avatar_cache as ac
    where ac.character_id = c.id
    order by ac.created_at desc
    limit 1
  ) as a on true
  left join public.content_characters as cc on cc.character_id = c.id
  where c.archived_at is null
  group by c.id, a.image_path;
comment on view public.character_gallery is
  'The characters of a user with their latest portrait and how often they have appeared. The rights of the caller apply.';
comment on column public.character_gallery.portrait_path is 'The latest portrait in the cache; null until one has been made.';

create view public.content_overview with (security_invoker = true) as
  select c.id as content_id,
         c.user_id,
         coalesce(c.title, s.title) as title,
         c.kind,
         c.status,
         s.id as story_id,
         s.visibility,
         cast_list.names as characters,
         coalesce(panels.total, 0) as panels,
         coalesce(panels.ready, 0) as panels_ready,
         coalesce(costs.total, 0) as cost,
         coalesce(costs.calls, 0) as calls,
         c.generation_time,
         c.created_at
  from public.content as c
  left join public.stories as s on s.id = c.story_id
  left join (
    select cc.content_id, array_agg(ch.name order by cc.position) as names
    from public.content_characters as cc
    join public.character_profiles as ch on ch.id = cc.character_id
    group by cc.content_id
  ) as cast_list on cast_list.content_id = c.id
  left join (
    select v.content_id, count(*) as total, count(*) filter (where v.status = 'ready') as ready
    from public.vignette_panels as v
    group by v.content_id
  ) as panels on panels.content_id = c.id
  left join (
    select l.content_id, sum(l.total_cost) as total, count(*) as calls
    from public.api_cost_logs as l
    group by l.content_id
  ) as costs on costs.content_id = c.id;
comment on view public.content_overview is
  'One line per content for the dashboard: its story, its cast, how many panels are ready and what it has cost.';
comment on column public.content_overview.characters is 'Names in the order of the prompt; null without a cast.';
comment on column public.content_overview.cost is 'All calls for this content in US dollars, retries included.';

create view public.daily_api_costs as
  select (called_at at time zone 'UTC')::date as day, provider, purpose, count(*) as calls, sum(total_cost) as cost
  from public.api_cost_logs
  group by 1, 2, 3;
comment on view public.daily_api_costs is 'Calls and costs per day, provider and purpose.';
