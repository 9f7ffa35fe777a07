-- Row security decides about rows; grants decide about the rest. Until now anon and authenticated held every
-- privilege on every table, TRUNCATE included, which no policy can stop.

revoke truncate, references, trigger, maintain on all tables in schema public from anon, authenticated;

-- Visitors read the shelf, the word lists and the prices, and write nothing.
revoke all on
  public.user_profiles, public.character_profiles, public.content, public.content_characters, public.api_cost_logs,
  public.generation_usage, public.vignette_panels, public.avatar_cache, public.descriptor_mappings, public.ai_configs,
  public.character_gallery, public.content_overview, public.daily_api_costs
from anon;
revoke insert, update, delete on all tables in schema public from anon;

-- Prompts and models are a trade secret: no client reads them.
revoke all on public.ai_configs from authenticated;

-- Lists and logs are written by the server.
revoke insert, update, delete on
  public.subscription_tiers, public.api_prices, public.api_cost_logs, public.generation_usage, public.story_parameters,
  public.descriptors_age, public.descriptors_gender, public.descriptors_pet, public.descriptors_attribute,
  public.descriptors_magical, public.avatar_cache, public.published_stories, public.character_gallery,
  public.content_overview, public.daily_api_costs
from authenticated;

-- Visitors insert nothing, so they need no numbers either; identity columns need no grant.
revoke all on all sequences in schema public from anon, authenticated;

-- Users edit their profile but not their plan.
revoke insert, update, delete on public.user_profiles from authenticated;
grant update (display_name, locale, time_zone, avatar_path, preferences, onboarded_at)
  on public.user_profiles to authenticated;

-- Support reads statistics, never stories.
grant select on public.monthly_api_costs to dashboard_user;

alter default privileges for role postgres in schema public revoke all on functions from anon;
