#include "pipe/trace_context.hpp"

#include <gmock/gmock.h>

namespace scop::pipe {
namespace {

constexpr std::string_view id = "0af7651916cd43dd8448eb211c80319c";
constexpr std::string_view whole = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, ReadsWhatTheSpecificationShows) {
  const auto context = parse_traceparent(whole);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->id, id);
  EXPECT_EQ(context->span, "b7ad6b7169203331");
  EXPECT_EQ(context->header(), whole);
}

TEST(TraceContext, ReadsALaterVersionAsFarAsItIsKnown) {
  EXPECT_TRUE(parse_traceparent("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  EXPECT_TRUE(parse_traceparent("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"));
  EXPECT_FALSE(parse_traceparent("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more"));
}

TEST(TraceContext, TakesNothingMalformed) {
  for (const std::string_view text : {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                                      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                                      "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                      "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                      "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                                      "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
    EXPECT_FALSE(parse_traceparent(text)) << text;
    const auto fresh = continued(text);
    EXPECT_TRUE(parse_traceparent(fresh.header())) << text;
    EXPECT_THAT(fresh.parent, testing::IsEmpty());
  }
}

TEST(TraceContext, ACallIsASpanOfItsOwnUnderTheCallers) {
  const auto first = begun(id);
  const auto second = continued(first.header());
  EXPECT_EQ(second.id, id);
  EXPECT_EQ(second.parent, first.span);
  EXPECT_NE(second.span, first.span);
  EXPECT_EQ(context_of(second.text()), second) << "as it is handed on within a daemon";
  EXPECT_EQ(continued("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00").flags, "00");
}

TEST(TraceContext, TakesTheIdAloneFromTheVersionBefore) {
  const auto context = continued(id);
  EXPECT_EQ(context.id, id);
  EXPECT_THAT(context.parent, testing::IsEmpty());
  EXPECT_EQ(trace_id_of(whole), id);
  EXPECT_EQ(trace_id_of(id), id);
}

}  // namespace
}  // namespace scop::pipe
