-- Where the money goes: a price list, and one row for every call.

create type public.price_unit as enum ('input_token', 'cached_token', 'output_token', 'image', 'second');
comment on type public.price_unit is 'What providers charge for.';

create table public.api_prices (
  id integer generated always as identity primary key,
  provider public.api_provider not null,
  model text not null,
  unit public.price_unit not null,
  price numeric(14, 10) not null check (price >= 0),
  currency character(3) not null default 'USD',
  valid_from date not null,
  valid_to date,
  created_at timestamptz not null default now(),
  constraint api_prices_period check (valid_to > valid_from),
  constraint api_prices_model_unit_key unique (provider, model, unit, valid_from)
);
create index api_prices_current_idx on public.api_prices (provider, model, unit) include (price) where valid_to is null;

comment on table public.api_prices is
  'What providers charge for one unit. A price is never changed: it gets a last day, and a new row begins.';
comment on column public.api_prices.model is 'The model as its provider names it, as in api_cost_logs.';
comment on column public.api_prices.price is 'Price of one token, picture or second, ten decimals.';
comment on column public.api_prices.currency is 'ISO 4217. All costs are in US dollars so far.';
comment on column public.api_prices.valid_from is 'First day on which the price holds.';
comment on column public.api_prices.valid_to is 'First day on which the price no longer holds; null while it does.';

create table public.api_cost_logs (
  id bigint generated always as identity primary key,
  user_id uuid references public.user_profiles (id) on delete set null,
  content_id uuid references public.content (id) on delete set null,
  ai_config_id uuid references public.ai_configs (id) on delete set null,
  purpose public.ai_purpose not null,
  provider public.api_provider not null,
  model text not null,
  request_id text,
  input_tokens integer not null default 0,
  cached_tokens integer not null default 0,
  output_tokens integer not null default 0,
  image_count smallint not null default 0,
  input_cost public.usd_amount not null default 0,
  output_cost public.usd_amount not null default 0,
  image_cost public.usd_amount not null default 0,
  total_cost numeric(12, 6) generated always as (input_cost + output_cost + image_cost) stored,
  latency_ms integer,
  http_status smallint,
  metadata jsonb not null default '{}',
  called_at timestamptz not null default now(),
  constraint api_cost_logs_tokens_not_negative check (input_tokens >= 0 and output_tokens >= 0),
  constraint api_cost_logs_cached_part_of_input check (cached_tokens between 0 and input_tokens),
  constraint api_cost_logs_http_status_check check (http_status between 100 and 599)
);
create index api_cost_logs_user_id_called_at_idx on public.api_cost_logs (user_id, called_at desc) include (total_cost);
create index api_cost_logs_content_id_idx on public.api_cost_logs (content_id) where content_id is not null;
create index api_cost_logs_ai_config_id_idx on public.api_cost_logs (ai_config_id);
create index api_cost_logs_called_at_idx on public.api_cost_logs using brin (called_at);
create index api_cost_logs_metadata_idx on public.api_cost_logs using gin (metadata jsonb_path_ops);
create unique index api_cost_logs_request_id_key on public.api_cost_logs (provider, request_id) where request_id is not null;
create index api_cost_logs_day_idx on public.api_cost_logs (((called_at at time zone 'UTC')::date), provider);

comment on table public.api_cost_logs is
  'Every call of a model: who, what for, how long, how much. Rows outlive the user and the content, for the books.';
comment on column public.api_cost_logs.user_id is 'For whom the call was made; null after the account was deleted, and for calls of our own.';
comment on column public.api_cost_logs.content_id is 'The content that the call worked on, if it still exists.';
comment on column public.api_cost_logs.ai_config_id is 'The prompt and settings of the call.';
comment on column public.api_cost_logs.request_id is 'Identifier given by the provider; ask for it in a support case. Also keeps a retried webhook from counting twice.';
comment on column public.api_cost_logs.cached_tokens is 'Part of input_tokens that the provider had cached and charges less for.';
comment on column public.api_cost_logs.image_count is 'Pictures that were made, also those that were thrown away.';
comment on column public.api_cost_logs.total_cost is 'Sum of the three costs in US dollars.';
comment on column public.api_cost_logs.latency_ms is 'Milliseconds from the request to the last byte.';
comment on column public.api_cost_logs.http_status is 'Answer of the provider; 429 means that the call was repeated later.';
comment on column public.api_cost_logs.called_at is 'When the request was sent.';
comment on column public.api_cost_logs.metadata is 'Anything that helps debugging: region, retry count, finish reason, safety flags.';
comment on index public.api_cost_logs_called_at_idx is 'BRIN: rows arrive in order of time, and a block range is all that a report needs.';

create function public.price_at(
  p_provider public.api_provider, p_model text, p_unit public.price_unit, p_day date default current_date
) returns numeric
language sql
stable
set search_path to ''
as $$
  select p.price
  from public.api_prices as p
  where p.provider = p_provider
    and p.model = p_model
    and p.unit = p_unit
    and p.valid_from <= p_day
    and (p.valid_to is null or p.valid_to > p_day)
  order by p.valid_from desc
  limit 1;
$$;
comment on function public.price_at(public.api_provider, text, public.price_unit, date) is
  'The price of one unit on a day; null when the price list has none, which callers must not read as free of charge.';

alter table public.api_prices enable row level security;
create policy "Anyone reads the prices" on public.api_prices
  for select to anon, authenticated using (true);
create policy "Service role manages api_prices" on public.api_prices
  to service_role using (true) with check (true);

alter table public.api_cost_logs enable row level security;
create policy "Users read their own costs" on public.api_cost_logs
  for select to authenticated using (auth.uid() = user_id);
create policy "Service role manages api_cost_logs" on public.api_cost_logs
  to service_role using (true) with check (true);
