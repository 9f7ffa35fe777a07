create table t (a text default 'sk_live_4eC39HqLyjWDarjtT1zdp7dc');
