import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads “profile file” lines and answers each with what veraPDF says: one line a broken rule, then “passed” or “failed”. */
public class VeraPdf {
    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        java.io.BufferedReader asked = new java.io.BufferedReader(new java.io.InputStreamReader(System.in, "UTF-8"));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] parts = line.split(" ", 2);
            System.out.println(check(PDFAFlavour.byFlavourId(parts[0]), parts[1]) ? "passed" : "failed");
            System.out.flush();
        }
    }

    private static boolean check(PDFAFlavour profile, String file) throws Exception {
        try (InputStream content = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(content, profile);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult found = validator.validate(parser);
            for (TestAssertion each : found.getTestAssertions()) {
                if (each.getStatus() == TestAssertion.Status.FAILED) {
                    System.out.println(each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + " "
                            + each.getMessage().replaceAll("\\s+", " ") + " at " + each.getLocation().getContext());
                }
            }
            return found.isCompliant();
        } catch (org.verapdf.core.VeraPDFException | RuntimeException unreadable) {
            System.out.println("unreadable " + unreadable.getMessage());
            return false;
        }
    }
}
