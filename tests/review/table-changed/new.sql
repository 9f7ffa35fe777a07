create unlogged table t (id int primary key);
alter table t owner to joe;
alter table t enable row level security;
alter table t force row level security;
comment on table t is 'Things';
