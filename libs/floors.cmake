# The five floors: 0 core, 1 codecs, 2 decisions, 3 effects, 4 daemon; services stand on top (floor 5).
#
#   scop_library(NAME dkim FLOOR 2 SOURCES a.cpp b.cpp USES core message LINKS OpenSSL::Crypto)
#
# A library uses lower floors, or libraries of its own floor that were declared before it; anything else stops
# the configuration. Headers are included as "dkim/signature.hpp": libs/ is the include root, whole but checked
# by tests/floors, which reads the #include lines.

function(scop_check_floor name floor)
  foreach(used IN LISTS ARGN)
    if(NOT TARGET scop_${used})
      message(FATAL_ERROR "${name} (floor ${floor}) uses '${used}', which is unknown or declared later: dependencies go downward")
    endif()
    get_target_property(used_floor scop_${used} SCOP_FLOOR)
    if(used_floor GREATER floor)
      message(FATAL_ERROR "${name} (floor ${floor}) uses ${used} (floor ${used_floor}): dependencies go downward")
    endif()
  endforeach()
endfunction()

# One precompiled header for everything on floors 3 and up: Asio, fmt and the standard library.
function(scop_use_asio_pch target)
  target_precompile_headers(${target} REUSE_FROM scop_asio)
endfunction()

function(scop_library)
  cmake_parse_arguments(ARG "" "NAME;FLOOR" "SOURCES;USES;LINKS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_NAME OR NOT DEFINED ARG_FLOOR)
    message(FATAL_ERROR "scop_library(${ARGN}): needs NAME and FLOOR; unknown: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  scop_check_floor(${ARG_NAME} ${ARG_FLOOR} ${ARG_USES})
  add_library(scop_${ARG_NAME} STATIC ${ARG_SOURCES})
  set_target_properties(scop_${ARG_NAME} PROPERTIES SCOP_FLOOR ${ARG_FLOOR})
  target_include_directories(scop_${ARG_NAME} PUBLIC ${PROJECT_SOURCE_DIR}/libs)
  target_link_libraries(scop_${ARG_NAME} PUBLIC scop_flags fmt::fmt ${ARG_LINKS})
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(scop_${ARG_NAME} PUBLIC scop_${used})
  endforeach()
  if(ARG_FLOOR LESS 3)
    # No raw pointer arithmetic where peers' bytes are parsed.
    target_compile_options(scop_${ARG_NAME} PRIVATE -Wunsafe-buffer-usage)
  endif()
endfunction()

# A service: static library scop_<name>_service of its sources plus the program scop-<name> of its main.cpp.
#   scop_service(NAME signer SOURCES service.cpp wiring.cpp jail.cpp USES dkim daemon)
function(scop_service)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;USES;LINKS" ${ARGN})
  scop_check_floor(${ARG_NAME} 5 ${ARG_USES})
  add_library(scop_${ARG_NAME}_service STATIC ${ARG_SOURCES})
  set_target_properties(scop_${ARG_NAME}_service PROPERTIES SCOP_FLOOR 5)
  target_include_directories(scop_${ARG_NAME}_service PUBLIC ${PROJECT_SOURCE_DIR}/services)
  target_link_libraries(scop_${ARG_NAME}_service PUBLIC scop_flags ${ARG_LINKS})
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(scop_${ARG_NAME}_service PUBLIC scop_${used})
  endforeach()
  scop_use_asio_pch(scop_${ARG_NAME}_service)
  add_executable(scop-${ARG_NAME} main.cpp)
  target_link_libraries(scop-${ARG_NAME} PRIVATE scop_${ARG_NAME}_service)
  scop_static_program(scop-${ARG_NAME} scop_${ARG_NAME}_service)
  install(TARGETS scop-${ARG_NAME} RUNTIME DESTINATION libexec/scop COMPONENT daemons)
endfunction()
