import { registry } from "@web/core/registry";
import { download } from "@web/core/network/download";
import { user } from "@web/core/user";
import { getReportUrl } from "@web/webclient/actions/reports/utils";

// The papers that the server draws itself (ir.actions.report, DRAWINGS). Core asks
// for wkhtmltopdf before it prints and shows a web page where there is none.
export const DRAWN_REPORTS = new Set([
    "account.report_invoice",
    "account.report_invoice_with_payments",
    "sale.report_saleorder",
    "sale.report_saleorder_pro_forma",
]);

async function downloadDrawnReport(action) {
    if (action.report_type !== "qweb-pdf" || !DRAWN_REPORTS.has(action.report_name)) {
        return false;
    }
    try {
        await download({
            url: "/report/download",
            data: {
                data: JSON.stringify([getReportUrl(action, "pdf"), action.report_type]),
                context: JSON.stringify(user.context),
            },
        });
    } catch {
        // A layout that a country's law prescribes is core's to print.
        return false;
    }
    return true;
}

registry
    .category("ir.actions.report handlers")
    .add("customer_portal.drawn_reports", downloadDrawnReport);
