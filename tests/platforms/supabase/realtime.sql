-- Messages of a room, told to those who listen.
create table rooms (id bigserial primary key, topic text not null unique);
create table messages (id uuid default gen_random_uuid() primary key, room_id bigint not null references rooms, body text);
begin;
  drop publication if exists supabase_realtime;
  create publication supabase_realtime;
commit;
alter publication supabase_realtime add table messages;
create table rooms_users (user_id uuid references auth.users (id), room_id bigint references rooms (id));
alter publication supabase_realtime add table public.rooms_users;
alter table messages replica identity full;
create policy "members receive" on realtime.messages for select to authenticated
  using (exists (
    select from rooms_users join rooms on rooms.id = room_id
    where user_id = (select auth.uid()) and topic = (select realtime.topic()) and realtime.messages.extension in ('broadcast')
  ));
create policy "members send" on "realtime"."messages" for insert to authenticated with check (realtime.topic() like 'room:%');
create or replace function room_changes() returns trigger security definer language plpgsql as $$
begin
  perform realtime.broadcast_changes('room:' || coalesce(new.room_id, old.room_id)::text, tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
  perform realtime.send(jsonb_build_object('id', new.id), 'event', 'room:1', false);
  return null;
end;
$$;
create trigger room_changes after insert or update or delete on messages for each row execute function room_changes();
