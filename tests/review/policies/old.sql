create table t (a int, owner text);
alter table t enable row level security;
create policy own on t for select to authenticated using (owner = current_user);
create policy write on t for insert with check (owner = current_user);
create policy old on t for delete using (false);
