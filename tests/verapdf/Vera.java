// Asks the veraPDF validation model whether files conform: java Vera FLAVOUR[,FLAVOUR] FILE...
// Flavours are "3a" (PDF/A-3a) and "ua1" (PDF/UA-1). Exit code 1 when a file does not conform.

import java.io.File;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;

public final class Vera {
    private static final int SHOWN = 300;

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        boolean good = arguments.length > 1;
        for (int index = 1; index < arguments.length; index++) {
            for (String flavour : arguments[0].split(",")) {
                good &= check(new File(arguments[index]), flavour);
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean check(File file, String name) throws Exception {
        PDFAFlavour flavour = PDFAFlavour.fromString(name);
        String profile = name.startsWith("ua") ? "PDFUA-" + name.substring(2) : "PDFA-" + name.toUpperCase();
        // The built-in profile directory of this distribution is empty; the profiles themselves are beside it.
        try (InputStream xml = Vera.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + profile + ".xml");
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance()
                        .createValidator(Profiles.profileFromXml(xml), 1_000_000, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            System.out.printf("%s %s: %s, %d assertions, %d rules failed%n", file.getName(), name,
                    result.isCompliant() ? "conforms" : "DOES NOT CONFORM", result.getTotalAssertions(), result.getFailedChecks().size());
            Map<String, String> failures = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() != TestAssertion.Status.PASSED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    failures.putIfAbsent(rule, (assertion.getMessage() + " | " + assertion.getErrorMessage() + " | " + assertion.getLocation().getContext()).replace('\n', ' '));
                }
            }
            failures.forEach((rule, message) ->
                    System.out.println("  " + rule + " " + message.substring(0, Math.min(SHOWN, message.length()))));
            return result.isCompliant();
        }
    }
}
