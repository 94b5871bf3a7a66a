#include "base/error.hpp"
#include "run/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace {

using longyang::Error;
using longyang::Exit;
using namespace longyang::run;

using InForce = std::vector<std::pair<std::string, std::string>>;

std::string value_of(const InForce& in_force, const std::string& name) {
    for (const auto& [key, value] : in_force) {
        if (key == name) {
            return value;
        }
    }
    return "missing";
}

/// The words that resolving one option ends in; empty where it does not fail.
std::string complaint(const GivenOption& given) {
    InForce in_force;
    try {
        static_cast<void>(resolve_options(std::vector{given}, in_force));
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::usage);
        return e.what();
    }
    return "";
}

TEST(Options, DefaultsAreThoseOfTheRegistry) {
    InForce in_force;
    const RunOptions options = resolve_options({}, in_force);
    EXPECT_EQ(options.hours, 24);
    EXPECT_DOUBLE_EQ(options.gap, 0.005);
    EXPECT_FALSE(options.relax);
    const auto all = option_registry();
    EXPECT_EQ(static_cast<std::ptrdiff_t>(in_force.size()),
              std::count_if(all.begin(), all.end(), [](const Option& o) { return o.of_run; }));
    EXPECT_EQ(value_of(in_force, "schedule"), "missing"); // of flow alone
    EXPECT_EQ(value_of(in_force, "hours"), "24");
}

TEST(Options, TheCommandLineWinsOverTheCase) {
    const std::vector<GivenOption> given = {{"hours", "48", "case.toml:9"},
                                            {"relax", "true", "case.toml:10"},
                                            {"hours", "72", "command line"}};
    InForce in_force;
    const RunOptions options = resolve_options(given, in_force);
    EXPECT_EQ(options.hours, 72);
    EXPECT_TRUE(options.relax);
    EXPECT_EQ(value_of(in_force, "hours"), "72");
}

TEST(Options, AFaultNamesWhereItStandsWhatWasFoundAndWhatIsExpected) {
    EXPECT_EQ(complaint({"hours", "0", "case.toml:7"}),
              "case.toml:7: option hours: found \"0\", expected a whole number 1 to 8760");
    EXPECT_EQ(complaint({"hours", "24.5", "command line"}),
              "command line: option hours: found \"24.5\", expected a whole number 1 to 8760");
    EXPECT_EQ(complaint({"gap", "nan", "command line"}),
              "command line: option gap: found \"nan\", expected a number 0 to 1");
    EXPECT_EQ(complaint({"relax", "yes", "command line"}),
              "command line: option relax: found \"yes\", expected true or false");
    EXPECT_EQ(complaint({"engine", "cplex", "command line"}),
              "command line: option engine: found \"cplex\", expected choose | highs | prices");
    EXPECT_EQ(complaint({"tme_limit_s", "5", "case.toml:3"}),
              "case.toml:3: unknown option tme_limit_s; did you mean time_limit_s?");
}

TEST(Options, TheDocumentationIsWhatTheProgramPrints) {
    std::ifstream file(LONGYANG_SOURCE_DIR "/docs/user/options.md");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), describe_options());
}

} // namespace
