-- Part of ops/bench/messages: the words its messages are put together from, each with its pairs of characters by the product's own
-- function. Pieces end in punctuation, which parts words: so the pairs of a text are those of its pieces. Reads the matters of the
-- demo from standard input: unit, kind, title, text and answer, separated by tabs.
create schema bench;
set search_path = bench, minyi, public;

create temp table matters (unit text, kind text, title text, body text, answer text);
\copy matters from pstdin
-- A matter in a town. Chance decides which are frequent.
create table matters_of_towns as
  select row_number() over (order by m.rank, t.id) as id, u.id as unit_id, m.kind, m.title, w.body, w.answer,
    bigrams(m.title) as title_pairs, bigrams(w.body) as body_pairs, bigrams(folded(concat_ws(e'\n', m.title, w.body, w.answer))) as public_pairs
  from (select *, md5(title || body) as rank from matters) m
  cross join (select id, code, name from units where kind = 'town') t
  cross join lateral (select replace(m.body, '{town}', t.name) as body, replace(m.answer, '{town}', t.name) as answer) w
  join units u on u.code = case m.unit when 'town' then t.code else m.unit end;

-- Two characters and 村: 1,800 villages.
create table places as
  select row_number() over (order by md5(a || b)) as id, a || b || '村' as words, bigrams(a || b || '村') as pairs
  from string_to_table('上下大小新老东西南北中前后石水山林田塘坑坪岗岭湖洋溪桥龙凤黄白红青竹松梅桃李莲金银丰安和乐', null) a,
    string_to_table('屋楼园门口头尾背围寨冈田坝埔塘坑排径洞角湾沙滩井泉泥石桥亭庙店圩墟坊社陂圳窝嶂岭', null) b
  where a <> b;

create table complaints as
  select row_number() over (order by md5(thing || wrong)) as id, thing || wrong as words, bigrams(thing || wrong) as pairs
  from unnest('{路灯,路面,水沟,桥板,水管,井盖,公厕,垃圾桶,垃圾池,球场,健身器材,自来水,水压,电线,变压器,网络,基站,班车,站牌,停车位,斑马线,红绿灯,
      校车,食堂,操场,校门,药房,疫苗,门诊,救护车,病床,医保卡,社保卡,低保金,养老金,补贴款,征地款,工资,合同,证明,房产证,土地证,宅基地,危房,围墙,
      化粪池,油烟,噪音,扬尘,废水,臭气,河堤,水库,鱼塘,农药,化肥,种子,果树,野猪,蛇虫,流浪狗,电动车,大货车,砂石车,快递,菜市场,小超市,饭店,网吧,工地}'::text[]) thing,
    unnest('{坏了很久,没有人管,白天黑夜都响,一直没有修,收费太贵,说不清楚,排队太长,三天两头停,和公示的不一样,被人占了,离得太远,找不到人,不肯受理,
      要跑好几趟,味道很大,存在隐患,影响老人出行,影响孩子上学,晚上看不见,下雨就淹,越来越少,没有发到手,名单里没有我家,不知道归谁管,态度不好,时间改来改去,
      质量太差,堵得走不动,还没有装,没有通知}'::text[]) wrong;

create table closings as
  select row_number() over (order by md5(since || wish)) as id, since || '，' || wish || '。' as words, bigrams(since || '，' || wish) as pairs
  from unnest('{上个月开始就这样,已经半年了,前年反映过一次,过年回来才发现,打过电话没有下文,村里说要等镇里,镇里说要等县里,邻居也都这么说,拍了照片可以提供,
      最近更加严重,台风以后就这样,从去年秋天起,孩子放学天天经过,老人摔过一次,大家凑钱修过,投诉过两回,不知道该找哪个部门,网上查不到,问过物业也不管,
      比隔壁县差很多}'::text[]) since,
    unnest('{希望尽快处理,请派人来看一看,请给一个期限,盼望回复,麻烦帮忙问问,请公布结果,建议纳入明年的计划,希望能当面说明,请有关部门答复,谢谢,要求查清楚,
      请不要再推来推去,能不能先临时处理一下,希望以后定期检查,请告诉我怎么申请,请协调解决,希望一视同仁,请把标准公开,愿意配合,请留意安全,望重视,
      想知道依据是什么,可以的话请打电话,辛苦了}'::text[]) wish;

alter table matters_of_towns add primary key (id);
alter table places add primary key (id);
alter table complaints add primary key (id);
alter table closings add primary key (id);
create table pools as select (select count(*) from matters_of_towns) as matters, (select count(*) from places) as places,
  (select count(*) from complaints) as complaints, (select count(*) from closings) as closings;
-- What the pieces between them add.
create table joints as select bigrams('地点，另外') as in_question, bigrams(folded('地点，另外，经核实：，情况属实；')) as in_public;
analyze;
