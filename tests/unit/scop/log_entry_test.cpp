#include "scop/log_entry.hpp"

#include <gtest/gtest.h>

#include "log/line.hpp"

namespace scop::command {
namespace {

const LogEntry an_entry{.time = "1970-01-01T00:00:01.234Z",
                        .level = "warning",
                        .daemon = "relay",
                        .message = "not so good",
                        .pairs = {{"id", "0123"}, {"reply", "550 \"no\" \\ = such user"}, {"empty", ""}}};

TEST(LogEntry, reads_what_the_log_writes) {
  for (const auto form : {LogForm::text, LogForm::json}) {
    auto line =
        log_line(form, Time{std::chrono::milliseconds(1234)}, LogLevel::warning, "relay", "not so good",
                 {{"id", "0123"}, {"reply", "550 \"no\" \\ = such user"}, {"empty", ""}});
    line.pop_back();
    EXPECT_EQ(parse_log_line(line), an_entry) << line;
  }
}

TEST(LogEntry, takes_any_other_line_as_text) {
  for (const auto* line : {"", "==1==ERROR: AddressSanitizer", "{not json", "[1]", "a=b c=\"d", "2026"}) {
    const auto entry = parse_log_line(line);
    EXPECT_EQ(entry.message, line);
    EXPECT_TRUE(entry.time.empty());
  }
}

TEST(LogEntry, survives_a_line_cut_short) {
  auto line = log_line(LogForm::text, Time{}, LogLevel::info, "relay", "message", {{"reply", "a \"b\" c"}});
  for (std::size_t length = 0; length < line.size(); ++length)
    static_cast<void>(parse_log_line(line.substr(0, length)));
}

}  // namespace
}  // namespace scop::command
