-- Each worker computed costs in its own way. One function now writes the log and the usage together.

create function public.log_api_cost(
  p_config_id uuid, p_usage jsonb, p_user_id uuid default null, p_content_id uuid default null
) returns bigint
language plpgsql
security definer
set search_path to ''
as $$
declare
  v_call public.api_cost_logs%rowtype;
  v_input integer := coalesce((p_usage ->> 'input_tokens')::integer, 0);
  v_cached integer := coalesce((p_usage ->> 'cached_tokens')::integer, 0);
  v_output integer := coalesce((p_usage ->> 'output_tokens')::integer, 0);
  v_images smallint := coalesce((p_usage ->> 'images')::smallint, 0);
begin
  insert into public.api_cost_logs (
    user_id, content_id, ai_config_id, purpose, provider, model, request_id, metadata,
    input_tokens, cached_tokens, output_tokens, image_count, input_cost, output_cost, image_cost
  )
  select
    p_user_id, p_content_id, a.id, a.purpose, a.provider, a.model, p_usage ->> 'request_id', p_usage,
    v_input, v_cached, v_output, v_images,
    coalesce((v_input - v_cached) * public.price_at(a.provider, a.model, 'input_token'), 0)
      + coalesce(v_cached * public.price_at(a.provider, a.model, 'cached_token'), 0),
    coalesce(v_output * public.price_at(a.provider, a.model, 'output_token'), 0),
    coalesce(v_images * public.price_at(a.provider, a.model, 'image'), 0)
  from public.ai_configs as a
  where a.id = p_config_id
  on conflict (provider, request_id) where request_id is not null do nothing
  returning * into v_call;

  -- Without a row the call was logged before, and nothing changes.
  update public.generation_usage as u
  set images_generated = u.images_generated + v_images,
      tokens_used = u.tokens_used + v_input + v_output,
      cost = u.cost + v_call.total_cost
  where v_call.id is not null and u.user_id = p_user_id
    and current_date >= u.period_start and current_date < u.period_end;
  return v_call.id;
end;
$$;
comment on function public.log_api_cost(uuid, jsonb, uuid, uuid) is
  'Writes one call to api_cost_logs at the prices of today and adds it to the usage of the user. Returns the row, or null when the request was logged before.';
revoke execute on function public.log_api_cost(uuid, jsonb, uuid, uuid) from public, anon, authenticated;
