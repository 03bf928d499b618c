import { DRAWN_REPORTS } from "@customer_portal/backend/drawn_reports";

DRAWN_REPORTS.add("stock.report_deliveryslip");
