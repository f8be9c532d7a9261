#include "message/date.hpp"

#include <gtest/gtest.h>

namespace scop::message {
namespace {

using std::chrono::minutes;

TEST(Date, parses_and_writes_the_example_of_rfc_5322) {
  const auto date = parse_date("Fri, 21 Nov 1997 09:55:06 -0600");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->time.time_since_epoch(), std::chrono::seconds(880127706));
  EXPECT_EQ(date->zone, minutes(-360));
  EXPECT_EQ(format_date(*date), "Fri, 21 Nov 1997 09:55:06 -0600");
  EXPECT_EQ(format_date(date->time), "Fri, 21 Nov 1997 15:55:06 +0000");
}

TEST(Date, takes_comments_folding_and_obsolete_forms) {
  const auto expected = parse_date("21 Nov 1997 09:55:06 +0000").value();
  for (const auto* value :
       {"Fri, 21 Nov 97 09 : 55 : 06 GMT", "  Fri (day), 21\r\n Nov 1997 09:55:06 (x) UT (y) ",
        "fri,21 nov 097 9:55:06 -0000", "21 Nov 1997 04:55:06 EST", "21 Nov 1997 09:55:06 Z"}) {
    ASSERT_TRUE(parse_date(value)) << value;
    EXPECT_EQ(parse_date(value)->time, expected.time) << value;
  }
}

TEST(Date, takes_a_time_without_seconds_and_a_leap_second) {
  EXPECT_EQ(format_date(parse_date("1 Jan 2000 00:00 +0000").value()), "Sat, 1 Jan 2000 00:00:00 +0000");
  EXPECT_EQ(format_date(parse_date("31 Dec 2016 23:59:60 +0000").value()), "Sun, 1 Jan 2017 00:00:00 +0000");
}

TEST(Date, refuses_days_that_no_calendar_has) {
  for (const auto* value : {"", "31 Feb 2020 00:00 +0000", "29 Feb 2023 00:00 +0000", "1 Jan 2000",
                            "1 Jan 2000 24:00 +0000", "1 Jan 2000 00:60 +0000", "1 Jan 2000 00:00:61 +0000",
                            "1 Jan 2000 00:00 +00", "Foo, 1 Jan 2000 00:00 +0000", "1 Jan 2000 00:00 +0060",
                            "1 Jan 2000 00:00 +0000 x", "0 Jan 2000 00:00 +0000", "2000-01-01 00:00:00",
                            "1 Jan 20000 00:00 +0000", "1 Jan 2000 00:00 \xff"}) {
    EXPECT_FALSE(parse_date(value)) << value;
  }
}

TEST(Date, writes_any_time_as_a_date_that_parses) {
  for (const auto milliseconds :
       {INT64_MIN, INT64_MIN / 2, std::int64_t{0}, std::int64_t{1}, INT64_MAX / 2, INT64_MAX}) {
    const auto text = format_date(Time(std::chrono::milliseconds(milliseconds)));
    EXPECT_TRUE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace scop::message
