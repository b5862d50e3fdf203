/* The readers of CI systems, for readers.c. Each is one file here, or one folder. */
#ifndef NHISCAN_SCANNERS_CI_SYSTEMS_H
#define NHISCAN_SCANNERS_CI_SYSTEMS_H

#include "scanners/reader.h"

extern const struct reader gitlab_reader, gitlab_agent_reader, circleci_reader, azure_reader, bitbucket_reader,
	travis_reader, drone_reader, woodpecker_reader, buildkite_reader, jenkins_reader, jcasc_reader,
	jenkins_xml_reader, tekton_reader, argo_reader, cloudbuild_reader, appveyor_reader, precommit_reader;

#endif
