create table t (a int, owner text);
alter table t enable row level security;
create policy own on t for select to authenticated, anon using (owner = current_user or true);
create policy may_write on t for insert with check (owner = current_user);
create policy most on t as restrictive for update using (a > 0);
