-- Columns 2 to 36 of scheme voss-4 (docs/voss-4.md) in SQL of DuckDB: a row per customer, from the stream that
-- vlf-audit reads. The file is in the variable `input`. D1 to D16 are the decisions of that page.
--
-- Left out, which only makes this faster: findings, profiles, licenses, the check of the stream's frame and of
-- records, and two shapes of values that the audit reads and the demo system has not: names of collections without
-- their inner level, and lists within lists.

-- The texts at a value: a text, an object with `_value_1`, or a list of either.
CREATE TEMP MACRO texts(t) AS CASE
  WHEN t IS NULL OR t = '' THEN NULL
  WHEN t[1] = '[' AND t[2] = '{' THEN json_extract_string(t, '$[*]._value_1')
  WHEN t[1] = '[' THEN json_extract_string(t, '$[*]')
  WHEN t[1] = '{' THEN [json_extract_string(t, '$._value_1')]
  ELSE [t] END;
-- The form in which names are compared; NULL for a blank one, which matches nothing.
-- Trimming is dear and nearly never needed.
CREATE TEMP MACRO plain(t) AS CASE
  WHEN t < '!' OR ends_with(t, ' ') OR ends_with(t, E'\t') OR ends_with(t, E'\r') OR ends_with(t, E'\n')
    THEN nullif(lower(trim(t, E' \t\r\n')), '')
  ELSE lower(t) END;
CREATE TEMP MACRO norm(t) AS CASE
  WHEN starts_with(t, '{') OR starts_with(t, '[') THEN plain(texts(t)[1]) ELSE plain(t) END;
CREATE TEMP MACRO is_set(name) AS coalesce(name IN ('true', 'yes', 'y', '1'), false); -- of a name in that form
CREATE TEMP MACRO within(path, top) AS path = top OR starts_with(path, top || '.');

-- One pass over the file: the fields that count, as texts, by their place in the list of their model.
CREATE TEMP TABLE instance AS
SELECT model, pkid, hierarchy, CASE model
  WHEN 'device/cucm/User' THEN json_extract_string(data,
    ['$.userid', '$.mailid', '$.associatedDevices.device', '$.phoneProfiles.profileName'])
  WHEN 'device/cucm/Phone' THEN json_extract_string(data, ['$.name', '$.ownerUserName', '$.product'])
  WHEN 'data/User' THEN json_extract_string(data,
    ['$.username', '$.email', '$.username_ms_365', '$.username_ms_teams', '$.mvs_hybrid_status'])
  WHEN 'device/cuc/User' THEN json_extract_string(data, ['$.Alias', '$.EmailAddress'])
  WHEN 'device/webex/User' THEN json_extract_string(data, ['$.webExId', '$.email'])
  WHEN 'device/spark/User' THEN json_extract_string(data, ['$.email'])
  WHEN 'device/cucm/DeviceProfile' THEN json_extract_string(data, ['$.name'])
  WHEN 'device/cucm/RemoteDestinationProfile' THEN json_extract_string(data, ['$.userId'])
  WHEN 'device/uccx/Agent' THEN json_extract_string(data, ['$.userID'])
  WHEN 'device/ccdm/Agent' THEN json_extract_string(data, ['$.Name'])
  WHEN 'device/ccdm/User' THEN json_extract_string(data, ['$.Name'])
  WHEN 'device/msteamsonline/CsOnlineUser' THEN json_extract_string(data,
    ['$.UserPrincipalName', '$.AccountEnabled', '$.FeatureTypes', '$.EnterpriseVoiceEnabled'])
  WHEN 'device/msgraph/MsolUser' THEN json_extract_string(data, ['$.UserPrincipalName', '$.IsLicensed'])
  WHEN 'device/azureadonline/MsolUser' THEN json_extract_string(data, ['$.UserPrincipalName'])
  WHEN 'device/msexchangeonline/UserMailbox' THEN json_extract_string(data, ['$.UserPrincipalName'])
  WHEN 'device/pexip/Conference' THEN json_extract_string(data, ['$.primary_owner_email_address', '$.owner_email'])
  WHEN 'data/HierarchyNode' THEN json_extract_string(data, ['$.node_type'])
  WHEN 'data/PRS_MultiVendorPhone_DAT' THEN []
  ELSE json_extract_string(data, ['$.public_sector', '$.publicSector', '$.PublicSector',
    '$.inactive_billing', '$.inactiveBilling', '$.InactiveBilling'])
  END AS f
FROM read_json(getvariable('input'), format = 'newline_delimited', maximum_object_size = 16777216,
  columns = {model: 'VARCHAR', pkid: 'VARCHAR', hierarchy: 'VARCHAR', data: 'JSON'})
WHERE model IN ('device/cucm/User', 'device/cucm/Phone', 'data/User', 'device/cuc/User', 'device/webex/User',
  'device/spark/User', 'device/cucm/DeviceProfile', 'device/cucm/RemoteDestinationProfile', 'device/uccx/Agent',
  'device/ccdm/Agent', 'device/ccdm/User', 'device/msteamsonline/CsOnlineUser', 'device/msgraph/MsolUser',
  'device/azureadonline/MsolUser', 'device/msexchangeonline/UserMailbox', 'device/pexip/Conference',
  'data/HierarchyNode', 'data/PRS_MultiVendorPhone_DAT', 'data/BaseCustomerDAT', 'relation/HcsCustomerREL');

-- Where an instance belongs: the nearest customer at or above its node, and whether a site is between them.
CREATE TEMP TABLE node AS
SELECT hierarchy AS path, any_value(pkid) AS pkid, any_value(norm(f[1])) AS type
FROM instance WHERE model = 'data/HierarchyNode' GROUP BY hierarchy;
CREATE TEMP TABLE place AS
WITH part AS (
  SELECT path, string_split(path, '.') AS names, unnest(range(1, len(string_split(path, '.')) + 1)) AS depth
  FROM (SELECT DISTINCT hierarchy AS path FROM instance)
), above AS (
  SELECT part.path, part.depth, node.path AS top, node.type
  FROM part JOIN node ON node.path = array_to_string(part.names[1:depth], '.') WHERE node.type IN ('customer', 'site')
), nearest AS (
  SELECT path, arg_max(top, depth) FILTER (type = 'customer') AS customer_path,
    max(depth) FILTER (type = 'site') > max(depth) FILTER (type = 'customer') AS at_site
  FROM above GROUP BY path
), customer AS (
  SELECT path, pkid, (row_number() OVER ())::INTEGER AS customer FROM node WHERE type = 'customer'
)
SELECT nearest.path, customer, customer.pkid AS customer_pkid, coalesce(at_site, false) AS at_site,
  nearest.path = customer_path AS is_customer
FROM nearest JOIN customer ON customer.path = customer_path;

-- The same instance twice in a customer counts once, at the smaller path.
DELETE FROM instance WHERE rowid IN (
  SELECT id FROM (
    SELECT instance.rowid AS id, row_number() OVER (PARTITION BY customer, model, pkid ORDER BY path, f) AS nth
    FROM instance JOIN place ON place.path = hierarchy
    WHERE (model, pkid) IN (SELECT (model, pkid) FROM instance GROUP BY model, pkid HAVING count(*) > 1))
  WHERE nth > 1);
-- D1: what is above every customer is in no row.
CREATE TEMP VIEW fact AS
SELECT customer, at_site, is_customer, model, pkid, path, f FROM instance JOIN place ON place.path = hierarchy;

CREATE TEMP TABLE cucm_user AS
SELECT customer, at_site, path, pkid, norm(f[1]) AS userid, norm(f[2]) AS mailid,
  list_transform(texts(f[3]), lambda t: plain(t)) AS devices, list_transform(texts(f[4]), lambda t: plain(t)) AS profiles
FROM fact WHERE model = 'device/cucm/User';
CREATE TEMP TABLE phone AS
SELECT (row_number() OVER ())::INTEGER AS phone, customer, norm(f[1]) AS name, norm(f[2]) AS owner, norm(f[3]) AS product
FROM fact WHERE model = 'device/cucm/Phone' AND at_site AND norm(f[3]) IS DISTINCT FROM 'cti port';
CREATE TEMP TABLE voss_user AS
SELECT customer, norm(f[1]) AS username, norm(f[2]) AS email, norm(f[3]) AS ms_365, norm(f[4]) AS ms_teams,
  norm(f[5]) IS NOT NULL AS hybrid
FROM fact WHERE model = 'data/User';
CREATE TEMP TABLE account AS
SELECT customer, at_site, path, model, norm(f[1]) AS id, CASE WHEN len(f) > 1 THEN norm(f[2]) END AS email,
  (row_number() OVER ())::INTEGER AS account
FROM fact WHERE model IN ('device/cuc/User', 'device/webex/User', 'device/spark/User', 'device/uccx/Agent',
  'device/ccdm/Agent', 'device/ccdm/User', 'device/cucm/DeviceProfile', 'device/cucm/RemoteDestinationProfile');
CREATE TEMP TABLE teams AS
SELECT customer, pkid, norm(f[1]) AS upn, is_set(norm(f[2])) AS enabled,
  list_transform(string_split(regexp_replace(f[3], '[\["\]]', '', 'g'), ','), lambda t: plain(t)) AS features,
  is_set(norm(f[4])) AS voice
FROM fact WHERE model = 'device/msteamsonline/CsOnlineUser';
CREATE TEMP TABLE graph AS
SELECT customer, pkid, norm(f[1]) AS upn, is_set(norm(f[2])) AS licensed FROM fact WHERE model = 'device/msgraph/MsolUser';
CREATE TEMP TABLE conference AS
SELECT customer, coalesce(norm(f[1]), norm(f[2])) AS owner FROM fact WHERE model = 'device/pexip/Conference';
CREATE TEMP TABLE flags AS
SELECT customer, list_transform(f, lambda t: norm(t)) AS f FROM fact
WHERE is_customer AND model IN ('data/BaseCustomerDAT', 'relation/HcsCustomerREL');

-- A subscriber is a userid at site level (D2); users without one are a subscriber each.
CREATE TEMP TABLE subscriber AS
SELECT (row_number() OVER ())::INTEGER AS subscriber, customer, any_value(userid) AS userid, list(mailid) AS mailids,
  list(path) AS paths, flatten(list(devices)) AS devices, flatten(list(profiles)) AS profiles
FROM cucm_user WHERE at_site GROUP BY customer, coalesce(userid, chr(1) || pkid);
CREATE TEMP TABLE identifier AS
SELECT DISTINCT subscriber, customer, name FROM (
  SELECT subscriber, customer, userid AS name FROM subscriber
  UNION ALL SELECT subscriber, customer, unnest(mailids) FROM subscriber) WHERE name IS NOT NULL;
-- A Spark account is a subscriber's when it is on the same branch as one of its users.
CREATE TEMP TABLE spark_of AS
SELECT DISTINCT subscriber, account FROM identifier JOIN subscriber USING (subscriber, customer)
  JOIN account ON account.customer = identifier.customer AND id = name AND model = 'device/spark/User'
WHERE list_bool_or(list_transform(paths, lambda p: within(p, account.path) OR within(account.path, p)));

CREATE TEMP TABLE person AS
WITH phones AS (
  SELECT subscriber, count(*) FILTER (product IS DISTINCT FROM 'cisco spark remote device') AS others
  FROM (
    SELECT subscriber, phone, product FROM (SELECT subscriber, customer, unnest(devices) AS name FROM subscriber)
      JOIN phone USING (customer, name)
    UNION
    SELECT subscriber, phone, product FROM phone JOIN subscriber
      ON subscriber.customer = phone.customer AND userid = owner)
  GROUP BY subscriber
), em AS (
  SELECT DISTINCT subscriber FROM (SELECT subscriber, customer, unnest(profiles) AS id FROM subscriber)
    JOIN account USING (customer, id) WHERE at_site AND model = 'device/cucm/DeviceProfile'
), by_userid AS (
  SELECT customer, id AS userid, bool_or(model = 'device/cuc/User') AS vm, bool_or(model = 'device/webex/User') AS webex,
    bool_or(model = 'device/cucm/RemoteDestinationProfile') AS snr,
    bool_or(model IN ('device/uccx/Agent', 'device/ccdm/Agent', 'device/ccdm/User')) AS agent
  FROM account WHERE at_site AND id IS NOT NULL AND model NOT IN ('device/spark/User', 'device/cucm/DeviceProfile')
  GROUP BY customer, id
), webex AS (
  SELECT DISTINCT subscriber FROM identifier JOIN account
    ON account.customer = identifier.customer AND email = name AND model = 'device/webex/User' AND at_site
), spark AS (SELECT DISTINCT subscriber FROM spark_of),
has AS (
  SELECT subscriber.subscriber, subscriber.customer, coalesce(agent, false) AS agent,
    CASE WHEN phones.others IS NULL THEN 0 ELSE greatest(phones.others, 1) END AS phones,
    em.subscriber IS NOT NULL AS em, coalesce(vm, false) AS vm, coalesce(snr, false) AS snr,
    coalesce(by_userid.webex, false) OR webex.subscriber IS NOT NULL AS webex, spark.subscriber IS NOT NULL AS spark
  FROM subscriber LEFT JOIN phones USING (subscriber) LEFT JOIN em USING (subscriber)
    LEFT JOIN by_userid USING (customer, userid) LEFT JOIN webex USING (subscriber) LEFT JOIN spark USING (subscriber)
)
SELECT subscriber, customer, phones, CASE
  WHEN agent THEN NULL
  WHEN phones > 1 THEN 'multiple_phones'
  WHEN phones = 1 THEN CASE WHEN webex THEN 'one_phone_and_webex' WHEN vm THEN 'one_phone_and_vm'
    WHEN spark THEN 'one_phone_and_spark' ELSE 'one_phone' END
  WHEN em THEN CASE WHEN webex THEN 'em_and_webex' WHEN vm THEN 'em_and_vm' WHEN spark THEN 'em_and_spark'
    WHEN snr THEN 'em_and_snr' ELSE 'em' END
  ELSE CASE WHEN webex THEN 'webex' WHEN vm THEN 'vm' WHEN spark THEN 'spark' WHEN snr THEN 'snr' -- D6
    ELSE 'ucm_user' END END AS col
FROM has;

-- D11: who is the same person, by name and address or tied by a VOSS user.
CREATE TEMP TABLE upn AS
SELECT customer, upn AS name FROM teams WHERE upn IS NOT NULL
UNION SELECT customer, upn FROM graph WHERE upn IS NOT NULL
UNION SELECT customer, norm(f[1]) FROM fact
  WHERE model = 'device/azureadonline/MsolUser' AND norm(f[1]) IS NOT NULL;
CREATE TEMP TABLE owner AS SELECT DISTINCT customer, owner AS name FROM conference WHERE owner IS NOT NULL;
CREATE TEMP TABLE known_as AS
WITH who AS (FROM upn UNION FROM owner), tied AS (
  SELECT customer, unnest(CASE WHEN ms_365 IS NULL AND ms_teams IS NULL THEN [email] ELSE [ms_365, ms_teams] END) AS who,
    [username, email] AS names
  FROM voss_user
)
SELECT customer, name AS who, name FROM who
UNION SELECT tied.customer, who, unnest(names) FROM tied JOIN who ON who.customer = tied.customer AND name = who;
CREATE TEMP TABLE cisco AS
SELECT DISTINCT customer, who AS name FROM known_as JOIN (
  SELECT customer, userid AS name FROM cucm_user UNION ALL SELECT customer, mailid FROM cucm_user
  UNION ALL SELECT customer, id FROM account
    WHERE model NOT IN ('device/cucm/DeviceProfile', 'device/cucm/RemoteDestinationProfile')
  UNION ALL SELECT customer, email FROM account WHERE email IS NOT NULL) USING (customer, name);
CREATE TEMP TABLE hybrid AS
SELECT DISTINCT customer, who AS name FROM known_as JOIN (
  SELECT customer, unnest([username, email, ms_365, ms_teams]) AS name FROM voss_user WHERE hybrid) USING (customer, name);

CREATE TEMP TABLE tally AS
WITH standalone AS ( -- D7
  SELECT customer, product FROM phone
    ANTI JOIN cucm_user ON cucm_user.customer = phone.customer AND userid = owner
  WHERE product IS DISTINCT FROM 'cisco spark remote device' -- D3
    AND phone NOT IN (
      SELECT phone FROM phone JOIN (SELECT customer, unnest(devices) AS name FROM cucm_user) USING (customer, name))
), named AS (
  SELECT customer, userid AS id FROM cucm_user WHERE userid IS NOT NULL
), addressed AS (
  FROM named UNION ALL SELECT customer, mailid FROM cucm_user WHERE mailid IS NOT NULL
), agent AS (
  SELECT DISTINCT customer, id, CASE model WHEN 'device/uccx/Agent' THEN 'contact_center_express'
    ELSE 'contact_center_enterprise' END AS col
  FROM account WHERE at_site AND id IS NOT NULL AND model IN ('device/uccx/Agent', 'device/ccdm/Agent', 'device/ccdm/User')
), holder AS ( -- D10
  SELECT account, bool_or(col IS NOT NULL AND col IN ('one_phone_and_spark', 'spark', 'em_and_spark')) AS in_column
  FROM spark_of JOIN person USING (subscriber) GROUP BY account
), above AS ( -- D9
  SELECT DISTINCT account FROM account JOIN (
    SELECT customer, path, unnest([userid, mailid]) AS id FROM cucm_user WHERE NOT at_site) holder USING (customer, id)
  WHERE model = 'device/spark/User' AND within(holder.path, account.path)
), spark AS (
  SELECT customer, CASE WHEN in_column THEN NULL WHEN holder.account IS NOT NULL THEN 'standard_users_with_spark'
    WHEN above.account IS NOT NULL THEN 'spark' ELSE 'standalone_spark' END AS col
  FROM account LEFT JOIN holder USING (account) LEFT JOIN above USING (account) WHERE model = 'device/spark/User'
), teams_user AS ( -- the account that uses most stands for all of a UPN
  SELECT customer, any_value(upn) AS name, bool_or(active AND system AND voice) AS voice,
    bool_or(active AND NOT system AND NOT voice) AS no_voice
  FROM (SELECT *, coalesce(list_contains(features, 'phonesystem'), false) AS system,
      enabled AND coalesce(list_bool_or(list_transform(features, lambda t: t IS NOT NULL)), false) AS active FROM teams)
  GROUP BY customer, coalesce(upn, chr(1) || pkid)
), microsoft AS (
  SELECT teams_user.customer, CASE
    WHEN voice AND mailbox.name IS NOT NULL THEN 'ms_teams_and_voice_and_exchange'
    WHEN voice THEN 'ms_teams_and_voice' WHEN no_voice THEN 'ms_teams_no_voice' END AS col -- D12
  FROM teams_user ANTI JOIN cisco USING (customer, name) LEFT JOIN (
    SELECT DISTINCT customer, norm(f[1]) AS name FROM fact WHERE model = 'device/msexchangeonline/UserMailbox') mailbox
    USING (customer, name)
), office AS (
  SELECT customer, any_value(upn) AS name FROM graph
  GROUP BY customer, coalesce(upn, chr(1) || pkid) HAVING bool_or(licensed)
), vendors AS ( -- D15, D16
  SELECT customer, name, cisco.name IS NOT NULL AS cisco, upn.name IS NOT NULL AS microsoft, owner.name IS NOT NULL AS pexip,
    hybrid.name IS NOT NULL AS hybrid
  FROM (FROM upn UNION FROM owner) AS who LEFT JOIN upn USING (customer, name) LEFT JOIN owner USING (customer, name)
    LEFT JOIN cisco USING (customer, name) LEFT JOIN hybrid USING (customer, name)
)
SELECT customer, col, sum(CASE col WHEN 'multiple_phones' THEN (phones + 9) // 10 ELSE 1 END) AS n -- D5
FROM person WHERE col IS NOT NULL GROUP BY ALL
UNION ALL SELECT customer, 'users_with_more_than_10_phones', count(*) FROM person
  WHERE phones > 10 AND col IS NOT NULL GROUP BY ALL
UNION ALL SELECT customer, 'standalone_phones', count(*) FROM standalone GROUP BY ALL
UNION ALL SELECT customer, 'standalone_analog_ports', count(*) FROM standalone WHERE product = 'analog phone' GROUP BY ALL
UNION ALL SELECT customer, 'standalone_voicemail', count(*) FROM account ANTI JOIN named USING (customer, id)
  WHERE model = 'device/cuc/User' AND at_site GROUP BY ALL -- D8
UNION ALL SELECT customer, 'standalone_webex', count(*) FROM account ANTI JOIN named USING (customer, id)
  ANTI JOIN addressed ON addressed.customer = account.customer AND addressed.id = email
  WHERE model = 'device/webex/User' AND at_site GROUP BY ALL
UNION ALL SELECT customer, col, count(*) FROM agent GROUP BY ALL -- D4
UNION ALL SELECT customer, col, count(*) FROM spark WHERE col IS NOT NULL GROUP BY ALL
UNION ALL SELECT customer, col, count(*) FROM microsoft WHERE col IS NOT NULL GROUP BY ALL
UNION ALL SELECT customer, 'ms_o365_no_teams', count(*) FROM office ANTI JOIN cisco USING (customer, name)
  ANTI JOIN teams_user USING (customer, name) GROUP BY ALL -- D13
UNION ALL SELECT customer, 'cisco_and_ms_integrated', count(*) FROM voss_user WHERE hybrid GROUP BY ALL
UNION ALL SELECT customer, 'multi_vendor_users', count(*) FROM vendors
  WHERE NOT hybrid AND cisco::INT + microsoft::INT + pexip::INT > 1 GROUP BY ALL
UNION ALL SELECT customer, 'pexip_only', count(*) FROM vendors WHERE pexip AND NOT cisco AND NOT microsoft GROUP BY ALL
UNION ALL SELECT customer, 'pexip_only', count(*) FROM conference WHERE owner IS NULL GROUP BY ALL
UNION ALL SELECT customer, 'phone_server_phones', count(*) FROM fact
  WHERE model = 'data/PRS_MultiVendorPhone_DAT' GROUP BY ALL
UNION ALL SELECT customer, 'site_count', count(*) FROM node JOIN place USING (path) WHERE type = 'site' GROUP BY ALL
UNION ALL SELECT customer, 'public_sector', 1 FROM flags
  WHERE is_set(coalesce(f[1], f[2], f[3])) GROUP BY ALL
UNION ALL SELECT customer, 'inactive_billing', 1 FROM flags
  WHERE is_set(coalesce(f[4], f[5], f[6])) GROUP BY ALL;

-- Every customer has a row with all columns; flags are 1 and 0.
SELECT to_json({customer_pkid: customer_pkid, counts: json_group_object(col, coalesce(n, 0))}) AS line
FROM (SELECT customer_pkid, customer FROM place WHERE is_customer) CROSS JOIN (SELECT unnest([
  'one_phone_and_spark', 'one_phone', 'one_phone_and_vm', 'one_phone_and_webex', 'multiple_phones',
  'users_with_more_than_10_phones', 'ucm_user', 'snr', 'vm', 'webex', 'spark', 'em_and_spark', 'em', 'em_and_snr',
  'em_and_vm', 'em_and_webex', 'standalone_phones', 'standalone_webex', 'standalone_voicemail',
  'contact_center_enterprise', 'contact_center_express', 'standalone_spark', 'public_sector', 'inactive_billing',
  'standalone_analog_ports', 'standard_users_with_spark', 'ms_teams_no_voice', 'ms_teams_and_voice',
  'ms_teams_and_voice_and_exchange', 'ms_o365_no_teams', 'cisco_and_ms_integrated', 'multi_vendor_users', 'pexip_only',
  'phone_server_phones', 'site_count']) AS col)
  LEFT JOIN (SELECT customer, col, sum(n)::BIGINT AS n FROM tally GROUP BY ALL) USING (customer, col)
GROUP BY customer_pkid ORDER BY customer_pkid;
