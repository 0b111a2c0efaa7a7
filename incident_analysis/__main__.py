"""`python -m incident_analysis` is the command `incident-analysis`."""

from incident_analysis.cli import main

if __name__ == "__main__":
    main()
