-- What every later migration relies on: domains, and the trigger that maintains updated_at.

create domain public.usd_amount as numeric(10, 6)
  constraint usd_amount_not_negative check (value >= 0);
comment on domain public.usd_amount is
  'An amount in US dollars with six decimals: one token of a language model costs a few millionths of a dollar.';

create domain public.hex_color as text
  constraint hex_color_format check (value ~ '^#[0-9a-f]{6}$');
comment on domain public.hex_color is 'A colour as `#rrggbb`, lower case, ready for a style sheet.';

create domain public.locale_code as text
  default 'en'
  constraint locale_code_format check (value ~ '^[a-z]{2}(-[A-Z]{2})?$');
comment on domain public.locale_code is 'A language with an optional region, such as `en` or `pt-BR`.';

create function public.set_updated_at() returns trigger
language plpgsql
set search_path to ''
as $$
begin
  new.updated_at = now();
  return new;
end;
$$;
comment on function public.set_updated_at() is
  'Trigger function: stamps updated_at with the time of the transaction, whatever the client sent.';
