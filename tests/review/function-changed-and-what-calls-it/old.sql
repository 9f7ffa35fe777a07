create table t (id int, owner text default who(), check (may(owner)));
alter table t enable row level security;
create policy own on t using (may(owner));
create policy deep on t using (asks(owner));
create index i on t (may(owner));
create view v as select id from t where may(owner);
create function asks(o text) returns boolean language sql as 'select may(o)';
create function may(o text) returns boolean language sql security definer set search_path = '' as 'select o = current_user';
create function who() returns text language sql as 'select current_user';
