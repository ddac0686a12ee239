/** Customers, with what HCM-F knows of them (guide, 2.3.6); systems without HCM-F leave it blank. */
import { customerPlace } from "./_place.ts";
import { nodesOfType, nodeText } from "./_node.ts";
import { type DescribedReport, report } from "./_report.ts";

export const customer: DescribedReport = report({
  type: "customer",
  title: "Customer Data Export",
  section: "2.3.6",
  rowIs: "a node of the type Customer",
  reading: true,
  sources: [
    {
      modelId: "node",
      keeps: nodesOfType("customer"),
      columns: [
        ...customerPlace("v2"),
        nodeText("here", "hcmfCustomer", "account_id", "v2", "account_id"),
        nodeText("here", "hcmfCustomer", "external_id", "v2", "external_id"),
      ],
    },
  ],
  joined: ["hcmfCustomer"],
  sortBy: ["customer_name"],
});
