# The phones report as a script would make it with jq: one type, and none of its joins (users, external numbers).
select(.type == "instance" and .model == "device/cucm/Phone")
| (.hierarchy / ".") as $path
| .hierarchy as $hierarchy
| .data
| {
    provider_name: ($path[2] // ""),
    reseller_name: ($path[3] // ""),
    customer_name: ($path[4] // ""),
    division_name: "",
    location_name: ($path[5] // ""),
    hierarchy: $hierarchy,
    device_name: .name,
    description: (.description // ""),
    device_type: .product,
    device_css: (.callingSearchSpaceName // ""),
    lines: [.lines?.line? | if type == "array" then .[] else . end | objects | {line_order: .index, cucm_dn: .dirn?.pattern?}],
    owner_username: (.ownerUserName // ""),
    add_on_modules: [.addOnModules?.addOnModule? | if type == "array" then .[] else . end | objects
      | {name: .loadInformation, model, position: .index}]
  }
