create table t (a int);
create rule one as on delete to t do instead nothing;
create rule two as on insert to t do also select 1;
