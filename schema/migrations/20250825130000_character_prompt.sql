-- The prompt of a character was assembled in three clients, in three ways.

create function public.character_prompt(p_character_id uuid) returns text
language plpgsql
stable
set search_path to ''
as $$
declare
  v_character public.character_profiles%rowtype;
  v_words text;
begin
  select * into v_character from public.character_profiles where id = p_character_id;
  if not found then
    return null;
  end if;

  select string_agg(w.prompt_text, ', ' order by w.strength desc, w.prompt_text) into v_words
  from (
    select coalesce(a.prompt_text, g.prompt_text, p.prompt_text, t.prompt_text, x.prompt_text) as prompt_text, m.strength
    from public.descriptor_mappings as m
    left join public.descriptors_age as a on a.id = m.age_id
    left join public.descriptors_gender as g on g.id = m.gender_id
    left join public.descriptors_pet as p on p.id = m.pet_id
    left join public.descriptors_attribute as t on t.id = m.attribute_id
    left join public.descriptors_magical as x on x.id = m.magical_id
    where m.character_id = p_character_id
  ) as w
  where w.prompt_text is not null;

  return concat_ws(
    '; ',
    format('%s, %s', v_character.name, coalesce(v_character.species, v_character.kind::text)),
    v_words,
    nullif(array_to_string(v_character.traits, ', '), ''),
    v_character.favourite_color
  );
end;
$$;
comment on function public.character_prompt(uuid) is
  'Describes a character for the image model, strongest descriptors first. Null when the character does not exist or belongs to somebody else.';

create function public.touch_content() returns trigger
language plpgsql
set search_path to ''
as $$
begin
  update public.content set updated_at = now() where id = new.content_id;
  return null;
end;
$$;
comment on function public.touch_content() is 'Trigger function: a new caption or picture counts as a change of the content.';

create trigger vignette_panels_touch_content after update of caption, image_path on public.vignette_panels
  for each row execute function public.touch_content();
